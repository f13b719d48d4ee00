import { arrowTable, type Examples, type Position } from '@fluxion/data';
import type { FlowGraph, Regularizer } from '@fluxion/graph';
import { dropout, linear, sequential, tanh } from '@fluxion/layers';
import { l2 } from '@fluxion/loss';
import {
  adamW,
  cosineDecay,
  joinSchedules,
  type Optimizer,
  oneCycle,
  optimizerState,
  parameterGroups,
  sgd,
  warmUp,
} from '@fluxion/optim';
import {
  accumulate,
  averageWeights,
  type Backward,
  bprop,
  clipByGlobalNorm,
  clipByValue,
  examples,
  fprop,
  meanLoss,
  type Step,
  update,
  validate,
} from '@fluxion/pipeline';
import { type BindKernels, createKernels, type DType, deferring } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import fc from 'fast-check';
import { filter, type MonoTypeOperatorFunction, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  CLASSES,
  copyValues,
  EXAMPLES,
  expectClose,
  INPUTS,
  inputOf,
  loss,
  valuesOf,
  waiting,
} from './learning.js';

const columns = Array.from({ length: INPUTS }, (_, column) => `x${column}`);
const table = arrowTable(
  tableFromArrays({
    ...Object.fromEntries(
      columns.map((name, column) => [
        name,
        Float64Array.from({ length: EXAMPLES }, (_, i) => inputOf(i).get(0, column)),
      ]),
    ),
    target: Int32Array.from({ length: EXAMPLES }, (_, i) => (i * 7) % CLASSES),
    weight: Float64Array.from({ length: EXAMPLES }, (_, i) => (i % 4) / 2),
  }),
);
const read = { input: columns, target: 'target', seed: 1 };

const newModel = (kernels: BindKernels | 'reference', dtype: DType): FlowGraph =>
  sequential([linear(6), tanh(), dropout(0.2), linear(5), tanh(), linear(CLASSES)], {
    ...{ inputShape: [INPUTS], seed: 1, dtype, kernels },
  });

/** How a model is trained. Operators are new for each part of a run. */
interface Training {
  readonly epochs?: number;
  /** The column of the examples' weights. */
  readonly weight?: string | undefined;
  readonly optimizer: () => Optimizer;
  readonly regularizer?: Regularizer | undefined;
  /** Before fprop. */
  readonly before?: readonly (() => MonoTypeOperatorFunction<Examples>)[];
  /** Between bprop and update. */
  readonly between?: readonly (() => MonoTypeOperatorFunction<Backward>)[];
  /** The decay of the weights' average. */
  readonly decay?: number;
  /** The model is validated after so many examples each time. */
  readonly validated?: number | undefined;
  /** Whether the averages take the place of the weights for a while after each part. */
  readonly isExchanged?: boolean;
}

/** Trains in parts of so many updates, and one more to the end. At each cut the model goes on, or another one with what was saved of it. */
async function trained(
  {
    epochs = 2,
    weight,
    optimizer: make,
    regularizer,
    before = [],
    between = [],
    decay = 0.9,
    ...training
  }: Training,
  kernels: BindKernels | 'reference',
  parts: readonly number[],
  isResumed: boolean,
  dtype: DType = 'float64',
): Promise<{ readonly values: number[]; readonly seen: number[]; readonly waited: number }> {
  let model = newModel(kernels, dtype);
  let optimizer = make();
  let averages = averageWeights<Step>(model, { decay });
  let from: Position | undefined;
  let waited = 0;
  const seen: number[] = [];
  const held = examples(table, { ...read, dtype, rows: (row) => row % 9 === 0, batchSize: 4 });
  for (const updates of [...parts, Number.POSITIVE_INFINITY]) {
    const every = training.validated ?? Number.MAX_SAFE_INTEGER;
    await examples(table, { ...read, dtype, epochs, weight, shuffle: { window: 16 }, from })
      .pipe(
        all(before),
        fprop(model),
        bprop(loss, regularizer),
        all(between),
        update(optimizer),
        averages,
        validate(model, held, { loss: meanLoss(loss) }, { every }),
        take(updates),
      )
      .forEach(({ position, validation }) => {
        from = position;
        if (validation !== undefined) seen.push(validation.loss);
      });
    const saved = optimizerState(optimizer, model).save();
    if (saved.tensors.has('linear1.weight.deferred.outputs')) waited++;
    if (isResumed) {
      const [resumed, again] = [newModel(kernels, dtype), make()];
      copyValues(model, resumed);
      optimizerState(again, resumed).restore(saved);
      const averagesAgain = averageWeights<Step>(resumed, { decay });
      averagesAgain.restore(averages.save());
      [model, optimizer, averages] = [resumed, again, averagesAgain];
    }
    if (training.isExchanged === true) {
      averages.exchange();
      const tape = model.fprop({ input: inputOf(0, 5) });
      seen.push(...tape.output.data);
      tape.release();
      averages.exchange();
    }
  }
  averages.exchange();
  const averaged = valuesOf(model);
  averages.exchange();
  return { values: [...valuesOf(model), ...averaged], seen, waited };
}

function all<T>(operators: readonly (() => MonoTypeOperatorFunction<T>)[]): MonoTypeOperatorFunction<T> {
  return (source) => operators.reduce((stream, operator) => stream.pipe(operator()), source);
}

const plain = (): Optimizer => sgd({ learningRate: 0.1 });
const momentum = (): Optimizer => sgd({ learningRate: 0.05, momentum: 0.9 });
const nesterov = (): Optimizer => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true });
const rate = { learningRate: 0.1, updates: 100 };

const trainings: Readonly<Record<string, Training>> = {
  'gradients of a bounded length': { optimizer: momentum, between: [() => clipByGlobalNorm(0.5)] },
  'gradients of bounded numbers': { optimizer: plain, between: [() => clipByValue(0.1)] },
  'gradients of several passes together': { optimizer: nesterov, between: [() => accumulate(3)] },
  'a rate that rises from 0, then falls': {
    optimizer: () => sgd({ learningRate: warmUp(cosineDecay(rate), { updates: 10 }) }),
  },
  'a rate of one cycle, with momentum': {
    optimizer: () => sgd({ learningRate: oneCycle(rate), momentum: 0.8 }),
  },
  'rates one after another': {
    optimizer: () => sgd({ learningRate: joinSchedules([0.1, 0.02], [30]), decreaseConstant: 0.01 }),
  },
  'the plain mean of the weights, in their place for a while': {
    optimizer: plain,
    decay: 1,
    isExchanged: true,
  },
  'a fading mean of the weights, in their place for a while': {
    optimizer: momentum,
    decay: 0.8,
    isExchanged: true,
  },
  'a validation every seven examples': { optimizer: nesterov, regularizer: l2(0.01), validated: 7 },
  'examples of which a filter drops some': {
    optimizer: nesterov,
    before: [() => filter<Examples>(({ number = 0 }) => number % 3 !== 1)],
  },
  'examples of weights of their own': { optimizer: momentum, weight: 'weight' },
  'an optimizer for each layer': {
    optimizer: () =>
      parameterGroups(momentum(), [
        { of: ['linear2'], optimizer: plain() },
        { of: ['linear3'], optimizer: adamW({ learningRate: 0.01 }) },
      ]),
  },
};

describe('updates that wait, among other operators', () => {
  it.each(Object.keys(trainings))(
    'leave what one after another leaves, and go on to the last bit: %s',
    async (name) => {
      const training = trainings[name] as Training;
      // Blocks of 20: in the first, at an edge, and in later ones.
      const parts = [5, 8, 7, 13];
      const one = await trained(training, 'reference', parts, false);
      const straight = await trained(training, waiting(20), parts, false);
      const resumed = await trained(training, waiting(20), parts, true);
      expectClose(straight.values, one.values);
      expectClose(straight.seen, one.seen);
      expect(resumed).toEqual(straight);
      const fast: BindKernels = (arena) =>
        deferring(createKernels('wasm', arena), { blockSize: 20, minWeightSize: 0 });
      const [straightFast, resumedFast] = [
        await trained(training, fast, parts, false, 'float32'),
        await trained(training, fast, parts, true, 'float32'),
      ];
      expect(resumedFast).toEqual(straightFast);
      expect([one.waited, straight.waited > 0]).toEqual([0, training.between === undefined]);
    },
  );

  it('leave the same in any order of any of them, wherever they are cut', async () => {
    const program = fc.record({
      epochs: fc.constant(1),
      weight: fc.constantFrom(undefined, 'weight'),
      blockSize: fc.integer({ min: 1, max: 40 }),
      optimizer: fc.constantFrom(plain, momentum, nesterov),
      regularizer: fc.constantFrom(undefined, l2(0.01)),
      before: fc.shuffledSubarray([
        () => filter<Examples>(({ number = 0 }) => number % 3 !== 1),
        () => filter<Examples>(({ number = 0 }) => number % 20 < 13),
        () => take<Examples>(17),
      ]),
      between: fc.oneof(
        // Where gradients are written out, no update waits.
        fc.constant([]),
        fc.shuffledSubarray(
          [
            () => accumulate(2),
            () => clipByGlobalNorm(0.4),
            () => clipByGlobalNorm(1.5),
            () => clipByValue(0.3),
          ],
          { minLength: 1, maxLength: 2 },
        ),
      ),
      validated: fc.constantFrom(undefined, undefined, 5, 8),
      isExchanged: fc.constantFrom(false, false, true),
      parts: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(program, async ({ blockSize, parts, ...training }) => {
        const one = await trained(training, 'reference', parts, false);
        const straight = await trained(training, waiting(blockSize), parts, false);
        expectClose(straight.values, one.values);
        expectClose(straight.seen, one.seen);
        expect(await trained(training, waiting(blockSize), parts, true)).toEqual(straight);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});
