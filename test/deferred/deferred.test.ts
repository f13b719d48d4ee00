import { arrowTable, fitEncoder, type Position } from '@fluxion/data';
import { type BoxDescription, type FlowGraph, type Objective, objective } from '@fluxion/graph';
import { graph, linear, relu, sequential, sigmoid, tanh } from '@fluxion/layers';
import { l1, l2, losses } from '@fluxion/loss';
import { adam, optimizerState, sgd } from '@fluxion/optim';
import { bprop, examples, fprop, update } from '@fluxion/pipeline';
import {
  type Arena,
  type BindKernels,
  createKernels,
  deferring,
  elements,
  hasBlas,
  type Labels,
  OptionError,
  referenceKernels,
  ShapeError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import fc from 'fast-check';
import { filter, map, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { lossCases } from '../conformance/lossCases.js';
import {
  CLASSES,
  EXAMPLES,
  expectClose,
  INPUTS,
  inputOf,
  learn,
  loss,
  newModel,
  numbers,
  targetsOf,
  valuesOf,
  waiting,
} from './learning.js';

describe('updates that wait', () => {
  it('leave what one after another leaves, in float64, for any network, block, regularizer and minibatches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, undefined, l2(0.01), l1(0.01)),
        fc.constantFrom(1, 2, 13),
        fc.constantFrom(0, 0, 3, 11),
        fc.array(fc.constantFrom(1, 1, 1, 1, 3), { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        fc.constantFrom({}, { momentum: 0.9 }, { momentum: 0.5, nesterov: true }),
        fc.constantFrom(0, 0.1),
        (hidden, block, regularizer, regularized, passed, sizes, looksAhead, momentum, decreaseConstant) => {
          const one = newModel(undefined, hidden);
          const waits = newModel(waiting(block), hidden);
          for (const model of [one, waits]) {
            const optimizer = sgd({ learningRate: 0.1, decreaseConstant, ...momentum });
            learn(model, {
              regularizer,
              isRegularized: (example) => example % regularized === regularized - 1,
              isPassed: (example) => passed > 0 && example % passed === 1,
              ...{ optimizer, sizes, looksAhead },
            });
          }
          expectClose(valuesOf(waits), valuesOf(one));
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('are not changed by predictions of examples that are to come, or have been', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 9 }), (places) => {
        const [one, quiet, asked] = [newModel(), newModel(waiting(32)), newModel(waiting(32))];
        const outputs = new Map<FlowGraph, number[]>([one, asked].map((model) => [model, []]));
        const each = (model: FlowGraph, example: number): void => {
          const place = example + (places[example % places.length] as number);
          const tape = model.fprop({ input: inputOf(Math.min(Math.max(place, 0), EXAMPLES - 1)) });
          outputs.get(model)?.push(...tape.output.data);
          tape.release();
        };
        learn(one, { each });
        learn(quiet, { looksAhead: true });
        learn(asked, { looksAhead: true, each });
        expect(valuesOf(asked)).toEqual(valuesOf(quiet));
        expectClose(outputs.get(asked) as number[], outputs.get(one) as number[]);
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('take account of what is looked at and not learned from, where some inputs are too sparse to wait', () => {
    for (const every of [2, 3, 5]) {
      const [one, waits] = [newModel(), newModel(waiting(16, 0.7))];
      const isLookedAt = (example: number): boolean => example % every !== 0;
      for (const model of [one, waits]) learn(model, { looksAhead: true, isLookedAt });
      expectClose(valuesOf(waits), valuesOf(one));
    }
  });

  it('are forgotten with the values that diverged', () => {
    const [one, waits] = [newModel(), newModel(waiting(16))];
    const start = one.parameters.map(({ value }) => Float64Array.from(elements(value)));
    learn(waits, { optimizer: sgd({ learningRate: 1e308 }), looksAhead: true });
    expect(valuesOf(waits).every(Number.isFinite)).toBe(false);
    for (const [i, parameter] of waits.parameters.entries())
      waits.assign(parameter, start[i] as Float64Array);
    const isPassed = (example: number): boolean => example % 3 !== 2;
    for (const model of [one, waits]) learn(model, { looksAhead: true, isPassed });
    expectClose(valuesOf(waits), valuesOf(one));
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

  it('go back to what was saved when none waited', () => {
    const [model, optimizer] = [newModel(waiting(10)), sgd({ learningRate: 0.1, momentum: 0.9 })];
    learn(model, { optimizer, looksAhead: true });
    const state = optimizerState(optimizer, model);
    const [weight] = model.parameters as [(typeof model.parameters)[0]];
    const saved = state.save();
    const velocity = [...elements(saved.tensors.get(`${weight.name}.velocity`) as Tensor)];
    learn(model, { optimizer, isPassed: (example) => example >= 5 });
    const values = valuesOf(model);
    state.restore(saved);
    expect([...elements(state.save().tensors.get(`${weight.name}.velocity`) as Tensor)]).toEqual(velocity);
    // The weights are the model's own: they stay.
    expectClose(valuesOf(model), values);
  });

  it('stay numbers where momentum and l2 take all of a weight in one step', () => {
    const [one, waits] = [newModel(), newModel(waiting(8))];
    for (const model of [one, waits]) {
      const optimizer = sgd({ learningRate: 0.1, momentum: 0.5, nesterov: true });
      learn(model, { optimizer, regularizer: l2(1 / (2 * 0.1 * 1.5)), looksAhead: true });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('refuse inputs to come of another length, and options that cannot be', () => {
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

  it('give every pass the values of the weights after the example before', () => {
    const one = newModel();
    const waits = newModel(waiting(8));
    const outputs = new Map<FlowGraph, number[]>([
      [one, []],
      [waits, []],
    ]);
    const each = (model: FlowGraph): void => {
      for (const size of [1, 4]) {
        const tape = model.fprop({ input: inputOf(3, size) });
        outputs.get(model)?.push(...tape.output.data);
        tape.release();
      }
    };
    for (const model of [one, waits]) learn(model, { regularizer: l2(0.01), looksAhead: true, each });
    expectClose(outputs.get(waits) as number[], outputs.get(one) as number[]);
  });

  it('are the same to the last bit whoever reads the weights, predicts or measures between two of them', () => {
    const [quiet, read] = [newModel(waiting(8)), newModel(waiting(8))];
    learn(quiet, { regularizer: l2(0.01), looksAhead: true });
    const target = objective(read, loss, l2(0.01));
    learn(read, {
      regularizer: l2(0.01),
      looksAhead: true,
      each(model) {
        valuesOf(model);
        optimizerState(adam(), model).save();
        const tape = model.fprop({ input: inputOf(5, 3) });
        tape.loss(target, targetsOf(5, 3));
        tape.release();
      },
    });
    expect(valuesOf(read)).toEqual(valuesOf(quiet));
  });

  it('go with SGD alone: after them, another optimizer finds the weights as they are', () => {
    const [one, waits] = [newModel(), newModel(waiting(8))];
    for (const model of [one, waits]) {
      learn(model, {});
      learn(model, { optimizer: adam() });
      learn(model, { optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }) });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('are dropped with the values that they belong to', () => {
    const model = newModel(waiting(50));
    learn(model, {});
    const [weight] = model.parameters;
    if (weight === undefined) throw new Error('a model has a weight');
    model.assign(weight, new Float64Array(weight.value.size).fill(0.5));
    expect(new Set(elements(model.valueOf(weight)))).toEqual(new Set([0.5]));
  });

  it('keep what is frozen as it is', () => {
    const [one, waits] = [newModel(), newModel(waiting(8))];
    for (const model of [one, waits]) {
      learn(model, { each: (model, example) => model.freeze('linear2', example % 20 > 9) });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('are those of each branch and each output of a graph', () => {
    const build = (kernels?: BindKernels): FlowGraph =>
      graph(
        {
          inputs: { input: [INPUTS] },
          boxes: {
            left: { ...linear(5), children: ['input'] },
            right: { ...linear(5), children: ['input'] },
            both: { kind: 'multiply', children: ['left', 'right'] },
            gate: { ...sigmoid(), children: ['both'] },
            output: { ...linear(CLASSES), children: ['gate'] },
          },
          outputs: ['output'],
        },
        { seed: 1, dtype: 'float64', ...(kernels && { kernels }) },
      );
    const [one, waits] = [build(), build(waiting(7))];
    for (const model of [one, waits]) learn(model, { looksAhead: true });
    expectClose(valuesOf(waits), valuesOf(one));
  });
});

/** Learns from each example by itself, those that come next being known. */
function learnOneByOne(
  model: FlowGraph,
  target: Objective,
  inputs: Tensor,
  targetsOf: (example: number) => Readonly<Record<string, Tensor | Labels>>,
): void {
  const [examples, ...shape] = inputs.shape as [number, ...number[]];
  const size = inputs.size / examples;
  const rows = (from: number, count: number): Tensor =>
    tensor(elements(inputs).slice(from * size, (from + count) * size), [count, ...shape]);
  const state = optimizerState(sgd({ learningRate: 0.05 }), model);
  for (let example = 0; example < examples; example++) {
    const ahead = (_: string, count: number) => rows(example, Math.min(count, examples - example));
    const tape = model.fprop({ input: rows(example, 1) }, { mode: 'train', example, ahead });
    state.update(tape.bprop(target, targetsOf(example)).gradients);
    tape.release();
  }
}

describe('updates that wait, whatever is learned', () => {
  const kernels = waiting(20);

  it.each(Object.keys(lossCases))('%s', (name) => {
    const { chain, targets } = lossCases[name] as (typeof lossCases)[string];
    const [one, waits] = [undefined, kernels].map((kernels) => {
      const model = sequential([linear(5), tanh(), ...chain], {
        inputShape: [INPUTS],
        seed: 1,
        dtype: 'float64',
        ...(kernels && { kernels }),
      });
      const loss = losses[name as keyof typeof losses]();
      learnOneByOne(model, objective(model, loss), inputOf(0, EXAMPLES), (example) => ({
        targets: targets(1, example),
      }));
      return model;
    }) as [FlowGraph, FlowGraph];
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('in graphs of any form', () => {
    const node = fc.record({
      kind: fc.constantFrom('linear', 'linear', 'tanh', 'relu', 'multiply', 'add'),
      children: fc.tuple(fc.nat(), fc.nat()),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 7 }), (nodes) => {
        const boxes: Record<string, BoxDescription & { readonly children: readonly string[] }> = {
          box0: { ...linear(4), children: ['input'] },
        };
        for (const [i, { kind, children }] of nodes.entries()) {
          const [a, b] = children.map((child) => `box${child % (i + 1)}`) as [string, string];
          boxes[`box${i + 1}`] =
            kind === 'linear'
              ? { ...linear(4), children: [a] }
              : { kind, children: kind === 'multiply' || kind === 'add' ? [a, b] : [a] };
        }
        const used = new Set(Object.values(boxes).flatMap(({ children }) => children));
        const ends = Object.keys(boxes).filter((name) => !used.has(name));
        if (ends.length > 1) boxes.sum = { kind: 'add', children: ends };
        boxes.top = { ...linear(CLASSES), children: [ends.length > 1 ? 'sum' : (ends[0] as string)] };
        const [one, waits] = [undefined, kernels].map((kernels) => {
          const model = graph(
            { inputs: { input: [INPUTS] }, boxes, outputs: ['top'] },
            { seed: 1, dtype: 'float64', ...(kernels && { kernels }) },
          );
          learnOneByOne(model, objective(model, loss), inputOf(0, EXAMPLES), (example) => targetsOf(example));
          return model;
        }) as [FlowGraph, FlowGraph];
        expectClose(valuesOf(waits), valuesOf(one));
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it.each(['wasm', 'blas'] as const)('with %s kernels, dense and sparse inputs in turn', (name) => {
    if (name === 'blas' && !hasBlas())
      return console.log('left out: blas kernels: no BLAS is on this machine');
    const [examples, features, units] = [80, 700, 400];
    const values = Float32Array.from({ length: examples * features }, (_, i) => {
      const isSparse = Math.floor(i / features / 40) === 1;
      return isSparse && i % 10 > 0 ? 0 : numbers.uniform(i) - 0.5;
    });
    const [one, waits] = [
      (arena: Arena) => ({ ...createKernels('wasm', arena), defer: () => undefined }),
      name,
    ].map((kernels) => {
      const model = sequential([linear(units), relu(), linear(CLASSES)], {
        inputShape: [features],
        seed: 1,
        kernels,
      });
      learnOneByOne(model, objective(model, loss), tensor(values, [examples, features]), (example) =>
        targetsOf(example % EXAMPLES),
      );
      return valuesOf(model);
    }) as [number[], number[]];
    for (const [i, value] of one.entries()) {
      expect(Math.abs(value - (waits[i] as number))).toBeLessThan(1e-5);
    }
    expect(waits).not.toEqual(one);
  });
});

describe('a stream of examples', () => {
  const rows = 200;
  const table = arrowTable(
    tableFromArrays({
      a: Float32Array.from({ length: rows }, (_, i) => 2 * numbers.uniform(i) - 1),
      b: Float32Array.from({ length: rows }, (_, i) => 2 * numbers.uniform(rows + i) - 1),
      c: Float32Array.from({ length: rows }, (_, i) => 2 * numbers.uniform(2 * rows + i) - 1),
      target: Int32Array.from({ length: rows }, (_, i) => (i * 7) % CLASSES),
    }),
  );
  const options = { input: ['a', 'b', 'c'], target: 'target', epochs: 2, shuffle: { window: 64 }, seed: 1 };
  const kernels: BindKernels = (arena) =>
    deferring(createKernels('wasm', arena), { blockSize: 20, minWeightSize: 0 });
  const model = (bind: BindKernels | 'wasm' = kernels): FlowGraph =>
    sequential([linear(9), relu(), linear(CLASSES)], { inputShape: [3], seed: 1, kernels: bind });

  async function train(
    model: FlowGraph,
    optimizer = sgd({ learningRate: 0.05 }),
    steps = Number.POSITIVE_INFINITY,
    from?: Position,
    wanted: (number: number) => boolean = () => true,
    lambda = 1e-3,
  ): Promise<Position | undefined> {
    let position: Position | undefined;
    await examples(table, { ...options, from })
      .pipe(
        filter(({ number = 0 }) => wanted(number)),
        fprop(model),
        bprop(loss, lambda > 0 ? l2(lambda) : undefined),
        update(optimizer),
        take(steps),
      )
      .forEach((step) => {
        position = step.position;
      });
    return position;
  }

  it('learns the same with the inputs that it looks ahead for, but for rounding', async () => {
    const [one, waits] = [model('wasm'), model()];
    await train(one);
    await train(waits);
    for (const [i, value] of valuesOf(one).entries()) {
      expect(Math.abs(value - (valuesOf(waits)[i] as number))).toBeLessThan(1e-4);
    }
  });

  it.for([
    { momentum: 0, lambda: 0 },
    { momentum: 0, lambda: 1e-3 },
    { momentum: 0.9, lambda: 1e-3 },
  ])(
    'goes on to the last bit where it was cut, in a block or at its edge, momentum $momentum, l2 $lambda',
    async ({ momentum, lambda }) => {
      const newOptimizer = () => sgd({ learningRate: 0.05, momentum });
      const straight = model();
      await train(straight, newOptimizer(), undefined, undefined, undefined, lambda);
      for (const steps of [1, 5, 8, 13, 20, 21, 63, 64, 65, 200, 397]) {
        const [optimizer, again] = [newOptimizer(), newOptimizer()];
        const [cut, resumed] = [model(), model()];
        const position = await train(cut, optimizer, steps, undefined, undefined, lambda);
        for (const [i, parameter] of cut.parameters.entries()) {
          resumed.assign(
            resumed.parameters[i] as (typeof cut.parameters)[0],
            elements(cut.valueOf(parameter)),
          );
        }
        optimizerState(again, resumed).restore(optimizerState(optimizer, cut).save());
        await train(resumed, again, undefined, position, undefined, lambda);
        expect(valuesOf(resumed)).toEqual(valuesOf(straight));
      }
    },
  );

  it.for([
    { momentum: 0, drops: (number: number) => number % 5 === 2 },
    { momentum: 0, drops: (number: number) => number % 40 > 25 },
    { momentum: 0.9, drops: (number: number) => number % 3 === 1 },
  ])(
    'goes on to the last bit where a filter drops examples, momentum $momentum',
    async ({ momentum, drops }) => {
      const newOptimizer = () => sgd({ learningRate: 0.05, momentum });
      const wanted = (number: number): boolean => !drops(number);
      const straight = model();
      await train(straight, newOptimizer(), undefined, undefined, wanted, 0);
      for (let steps = 1; steps < 60; steps += 3) {
        const [optimizer, again] = [newOptimizer(), newOptimizer()];
        const [cut, resumed] = [model(), model()];
        const position = await train(cut, optimizer, steps, undefined, wanted, 0);
        for (const [i, parameter] of cut.parameters.entries()) {
          resumed.assign(
            resumed.parameters[i] as (typeof cut.parameters)[0],
            elements(cut.valueOf(parameter)),
          );
        }
        optimizerState(again, resumed).restore(optimizerState(optimizer, cut).save());
        await train(resumed, again, undefined, position, wanted, 0);
        expect(valuesOf(resumed), `${steps} steps`).toEqual(valuesOf(straight));
      }
    },
  );

  it('tells what was saved from what cannot be', async () => {
    const optimizer = sgd({ learningRate: 0.05 });
    const cut = model();
    await train(cut, optimizer, 5);
    const saved = optimizerState(optimizer, cut).save();
    expect(saved.tensors.get('linear1.weight.deferred.inputs')?.shape).toEqual([20, 3]);
    expect(saved.tensors.get('linear1.weight.deferred.outputs')?.shape).toEqual([5, 9]);
    const restored = (name: string, values: Tensor) => () => {
      const tensors = new Map([...saved.tensors, [name, values]]);
      optimizerState(sgd({ learningRate: 0.05 }), model()).restore({ ...saved, tensors });
    };
    expect(restored('linear1.weight.deferred.outputs', tensor(new Float32Array(36), [4, 9]))).toThrow(
      ShapeError,
    );
    expect(
      restored('linear1.weight.deferred.terms', tensor([...Array(13).fill(1), Number.NaN], [2, 7])),
    ).toThrow(/a finite number at/);
    expect(restored('linear1.weight.deferred.inputs', tensor(new Float32Array(63), [21, 3]))).toThrow();
  });

  it.for([0, 1e-3])(
    'learns the same where a filter drops some of those it has looked at, l2 %d',
    async (lambda) => {
      const [one, waits] = [model('wasm'), model()];
      for (const each of [one, waits]) {
        await train(each, undefined, undefined, undefined, (n) => n % 3 !== 1 && n % 40 < 30, lambda);
      }
      for (const [i, value] of valuesOf(one).entries()) {
        expect(Math.abs(value - (valuesOf(waits)[i] as number))).toBeLessThan(1e-4);
      }
    },
  );
});

describe('a table with an encoder', () => {
  const rows = 150;
  const table = arrowTable(
    tableFromArrays({
      age: Float64Array.from({ length: rows }, (_, i) =>
        i % 11 === 3 ? Number.NaN : 20 + 30 * numbers.uniform(i),
      ),
      city: Array.from({ length: rows }, (_, i) => ['Paris', 'Oslo', 'Rome', null][i % 4]),
      hours: Float64Array.from({ length: rows }, (_, i) => numbers.uniform(rows + i)),
      class: Array.from({ length: rows }, (_, i) => `class ${(i * 7) % CLASSES}`),
    }),
  );

  it.each([0, 0.9])('teaches the same with looking ahead and without, momentum %d', async (momentum) => {
    const encoder = await fitEncoder(table, { target: 'class' });

    /** The weights, and how many inputs were kept for updates that wait and for examples to come. */
    async function learned(
      kernels: BindKernels | undefined,
      looksAhead: boolean,
      steps = 2 * rows,
    ): Promise<{ readonly values: number[]; readonly kept: number | undefined }> {
      const model = sequential([linear(9), tanh(), linear(CLASSES)], {
        encoder,
        seed: 1,
        dtype: 'float64',
        ...(kernels && { kernels }),
      });
      const optimizer = sgd({ learningRate: 0.05, momentum });
      await examples(table, { encoder, dtype: 'float64', epochs: 2, shuffle: { window: 64 } })
        .pipe(
          map((examples) => (looksAhead ? examples : Object.assign(examples, { ahead: undefined }))),
          fprop(model),
          bprop(loss),
          update(optimizer),
          take(steps),
        )
        .forEach(() => {});
      const { tensors } = optimizerState(optimizer, model).save();
      return { values: valuesOf(model), kept: tensors.get('linear1.weight.deferred.inputs')?.shape[0] };
    }

    expect((await learned(waiting(20), false, 5)).kept).toBe(5);
    expect((await learned(waiting(20), true, 5)).kept).toBe(20);
    const one = await learned(undefined, false);
    for (const looksAhead of [false, true]) {
      expectClose((await learned(waiting(20), looksAhead)).values, one.values);
    }
  });
});
