import { arrowTable, fitEncoder, type Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, relu, sequential, tanh } from '@fluxion/layers';
import { l2 } from '@fluxion/loss';
import { type Optimizer, optimizerState, type SgdOptions, sgd } from '@fluxion/optim';
import { bprop, examples, fprop, update } from '@fluxion/pipeline';
import { type BindKernels, createKernels, deferring, ShapeError, type Tensor, tensor } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { filter, map, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CLASSES, copyValues, distance, expectClose, loss, numbers, valuesOf, waiting } from './learning.js';

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

  interface Training {
    readonly optimizer?: Optimizer;
    readonly steps?: number;
    readonly from?: Position | undefined;
    /** Which examples a filter lets through, by number. */
    readonly wanted?: (number: number) => boolean;
    readonly lambda?: number;
  }

  async function train(
    model: FlowGraph,
    {
      optimizer = sgd({ learningRate: 0.05 }),
      steps = Number.POSITIVE_INFINITY,
      from,
      wanted = () => true,
      lambda = 0,
    }: Training = {},
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
    for (const each of [one, waits]) await train(each, { lambda: 1e-3 });
    expect(distance(valuesOf(one), valuesOf(waits))).toBeLessThan(1e-4);
  });

  const inBlocks = [1, 8, 13, 20, 21, 63, 64, 200, 397];
  const everyFourth = Array.from({ length: 14 }, (_, i) => 1 + 4 * i);
  it.for([
    ['plain SGD', {}, {}, inBlocks],
    ['plain SGD, l2', {}, { lambda: 1e-3 }, inBlocks],
    ['momentum, l2', { momentum: 0.9 }, { lambda: 1e-3 }, inBlocks],
    ['Nesterov', { momentum: 0.9, nesterov: true }, {}, inBlocks],
    ['every fifth dropped', {}, { wanted: (number) => number % 5 !== 2 }, everyFourth],
    ['fourteen of forty dropped', {}, { wanted: (number) => number % 40 <= 25 }, everyFourth],
    [
      'every third dropped, momentum',
      { momentum: 0.9 },
      { wanted: (number) => number % 3 !== 1 },
      everyFourth,
    ],
  ] satisfies [string, Partial<SgdOptions>, Training, number[]][])(
    'goes on to the last bit where it was cut, in a block or at its edge: %s',
    async ([, options, training, cuts]) => {
      const newOptimizer = () => sgd({ learningRate: 0.05, ...options });
      const straight = model();
      await train(straight, { ...training, optimizer: newOptimizer() });
      for (const steps of cuts) {
        const [optimizer, again] = [newOptimizer(), newOptimizer()];
        const [cut, resumed] = [model(), model()];
        const from = await train(cut, { ...training, optimizer, steps });
        copyValues(cut, resumed);
        optimizerState(again, resumed).restore(optimizerState(optimizer, cut).save());
        await train(resumed, { ...training, optimizer: again, from });
        expect(valuesOf(resumed), `${steps} steps`).toEqual(valuesOf(straight));
      }
    },
  );

  it('tells what was saved from what cannot be', async () => {
    const optimizer = sgd({ learningRate: 0.05 });
    const cut = model();
    await train(cut, { optimizer, steps: 5 });
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
      const wanted = (number: number): boolean => number % 3 !== 1 && number % 40 < 30;
      const [one, waits] = [model('wasm'), model()];
      for (const each of [one, waits]) await train(each, { wanted, lambda });
      expect(distance(valuesOf(one), valuesOf(waits))).toBeLessThan(1e-4);
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
