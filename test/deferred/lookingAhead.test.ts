import { type FlowGraph, objective } from '@fluxion/graph';
import { flatten, linear, reshapeTo, sequential, tanh } from '@fluxion/layers';
import { l1 } from '@fluxion/loss';
import { adam, type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import {
  type BindKernels,
  deferring,
  elements,
  OptionError,
  referenceKernels,
  ShapeError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLASSES,
  copyValues,
  EXAMPLES,
  expectClose,
  INPUTS,
  inputOf,
  learn,
  loss,
  newModel,
  targetsOf,
  twoWays,
  valuesOf,
  waiting,
} from './learning.js';

/** The inputs of so many examples, one below the other. */
function rowsOf(count: number, exampleOf: (row: number) => number): Tensor {
  const rows = Array.from({ length: count }, (_, i) => [...elements(inputOf(exampleOf(i)))]);
  return tensor(rows.flat(), [count, INPUTS]);
}

describe('inputs that are shown before their turn', () => {
  it('may be looked at and not learned from, where some inputs are too sparse to wait', () => {
    for (const every of [2, 3, 5]) {
      const [one, waits] = [newModel(), newModel(waiting(16, 0.7))];
      const isLookedAt = (example: number): boolean => example % every !== 0;
      for (const model of [one, waits]) learn(model, { looksAhead: true, isLookedAt });
      expectClose(valuesOf(waits), valuesOf(one));
    }
  });

  it('may be those of any examples, in any order, and come never or more than once', () => {
    const program = fc.record({
      blockSize: fc.integer({ min: 2, max: 24 }),
      momentum: fc.constantFrom(0, 0.9),
      /** Which of three inputs each example has, in turn. */
      kinds: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 12 }),
      /** How far from the example itself lies the one that is shown in each place, in turn. */
      places: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 5 }),
      passed: fc.integer({ min: 2, max: 6 }),
      cut: fc.integer({ min: 1, max: EXAMPLES - 1 }),
    });
    fc.assert(
      fc.property(program, ({ blockSize, momentum, kinds, places, passed, cut }) => {
        const inputs = (from: number, count: number) =>
          rowsOf(count, (i) => kinds[(from + i) % kinds.length] as number);
        const shown = (from: number, count: number) =>
          rowsOf(count, (i) => {
            const example = Math.max(0, from + i + (places[i % places.length] as number));
            return kinds[example % kinds.length] as number;
          });
        const [one, waits] = twoWays(newModel, blockSize);
        const resumed = newModel(waiting(blockSize));
        const [optimizer, again] = [0, 1].map(() => sgd({ learningRate: 0.05, momentum })) as [
          Optimizer,
          Optimizer,
        ];
        const how = { inputs, shown, looksAhead: true };
        const learnPart = (model: FlowGraph, optimizer: Optimizer, from: number, to: number): void =>
          learn(model, {
            ...{ ...how, optimizer },
            isPassed: (example) => example % passed === 1 || example < from || example >= to,
          });
        learnPart(one, optimizer, 0, EXAMPLES);
        learnPart(waits, optimizer, 0, cut);
        copyValues(waits, resumed);
        optimizerState(again, resumed).restore(optimizerState(optimizer, waits).save());
        learnPart(waits, optimizer, cut, EXAMPLES);
        learnPart(resumed, again, cut, EXAMPLES);
        expectClose(valuesOf(waits), valuesOf(one));
        expect(valuesOf(resumed)).toEqual(valuesOf(waits));
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('are asked for ever more rarely where others come instead, as if nobody had interrupted', () => {
    const [one, waits, resumed] = [newModel(), newModel(waiting(4)), newModel(waiting(4))];
    const [optimizer, again] = [sgd({ learningRate: 0.1 }), sgd({ learningRate: 0.1 })];
    let asked: number[] = [];
    const others = (from: number, count: number): Tensor => {
      asked.push(from);
      return rowsOf(count, (i) => (from + i + 1) % EXAMPLES);
    };
    const part = (from: number, to: number) => ({
      looksAhead: true,
      shown: others,
      isPassed: (example: number) => example < from || example >= to,
    });
    const cut = 22;
    learn(one, {});
    learn(waits, { ...part(0, cut), optimizer });
    copyValues(waits, resumed);
    optimizerState(again, resumed).restore(optimizerState(optimizer, waits).save());
    learn(waits, { ...part(cut, EXAMPLES), optimizer });
    // Of three weights, the first sees the inputs; of its blocks the first, second, fourth and eighth do.
    expect(asked).toEqual([1, 4, 12, 28]);
    asked = [];
    learn(resumed, { ...part(cut, EXAMPLES), optimizer: again });
    expect(asked).toEqual([28]);
    expectClose(valuesOf(waits), valuesOf(one));
    expect(valuesOf(resumed)).toEqual(valuesOf(waits));
  });

  it('are not prepared for where no update waits', () => {
    for (const [optimizer, regularizer] of [
      [adam(), undefined],
      [sgd({ learningRate: 0.1 }), l1(0.01)],
    ] as const) {
      const model = newModel(waiting(8));
      const state = optimizerState(optimizer, model);
      let asked = 0;
      for (let from = 0; from < EXAMPLES; from++) {
        const ahead = (_: string, count: number) => {
          asked++;
          return inputOf(from, Math.min(count, EXAMPLES - from));
        };
        const tape = model.fprop({ input: inputOf(from) }, { mode: 'train', ahead });
        state.update(tape.bprop(objective(model, loss, regularizer), targetsOf(from)).gradients);
        tape.release();
      }
      expect(asked).toBe(0);
    }
  });

  it('are refused where they are of another length, and so are options that cannot be', () => {
    const model = newModel(waiting(8));
    learn(model, { isPassed: (example) => example > 2 });
    const ahead = () => tensor(new Float64Array(12), [3, 4]);
    expect(() => model.fprop({ input: inputOf(0) }, { mode: 'train', ahead })).toThrow(ShapeError);
    const kernels = referenceKernels(model.kernels.arena);
    expect(() => deferring(kernels, { blockSize: 0, minWeightSize: 0 })).toThrow(
      'deferring blockSize: expected a whole number from 1, got 0; give one, as 32',
    );
    expect(() => deferring(kernels, { blockSize: 8, minWeightSize: 0, minDensity: 2 })).toThrow(OptionError);
    expect(() => deferring(kernels, { blockSize: 8 } as never)).toThrow('deferring minWeightSize: expected');
  });

  it('may be infinite, as long as nobody learns from them', () => {
    const [one, waits] = [newModel(), newModel(waiting(16))];
    for (const model of [one, waits]) {
      const state = optimizerState(sgd({ learningRate: 0.1 }), model);
      for (let from = 0; from < EXAMPLES; from++) {
        if (from % 7 === 5) continue;
        const ahead = (_: string, count: number): Tensor => {
          const shown = inputOf(from, Math.min(count, EXAMPLES - from));
          const numbers = Float64Array.from(elements(shown));
          for (let i = 0; i < numbers.length; i++) {
            if ((from + Math.floor(i / INPUTS)) % 7 === 5) numbers[i] = Number.POSITIVE_INFINITY;
          }
          return tensor(numbers, shown.shape);
        };
        const tape = model.fprop({ input: inputOf(from) }, { mode: 'train', ahead });
        state.update(tape.bprop(objective(model, loss), targetsOf(from)).gradients);
        tape.release();
        expect([...state.save().tensors.values()].every(({ data }) => [...data].every(Number.isFinite))).toBe(
          true,
        );
      }
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('reach a weight through boxes that only reshape them', () => {
    const shaped = (kernels: BindKernels | 'reference'): FlowGraph =>
      sequential([reshapeTo([INPUTS, 1]), flatten(), linear(6), tanh(), linear(CLASSES)], {
        inputShape: [INPUTS],
        seed: 1,
        dtype: 'float64',
        kernels,
      });
    const [one, waits] = twoWays(shaped, 16);
    const optimizer = sgd({ learningRate: 0.1 });
    learn(one, {});
    learn(waits, { optimizer, looksAhead: true, isPassed: (example) => example >= 20 });
    expect(
      optimizerState(optimizer, waits).save().tensors.get('linear1.weight.deferred.inputs')?.shape,
    ).toEqual([16, INPUTS]);
    learn(waits, { optimizer, looksAhead: true, isPassed: (example) => example < 20 });
    expectClose(valuesOf(waits), valuesOf(one));
  });
});
