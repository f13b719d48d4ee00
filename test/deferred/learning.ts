import { type FlowGraph, type Loss, objective, type Regularizer } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import {
  type BindKernels,
  deferring,
  elements,
  type Labels,
  labels,
  random,
  referenceKernels,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { expect } from 'vitest';

export const INPUTS = 7;
export const CLASSES = 3;
export const EXAMPLES = 60;

/** Random numbers, the same each time. */
export const numbers = random(1, 'deferred');
const inputs = Float64Array.from({ length: EXAMPLES * INPUTS }, (_, i) =>
  numbers.uniform(i) < 0.3 ? 0 : 2 * numbers.uniform(i) - 1,
);
export const inputOf = (from: number, count = 1): Tensor =>
  tensor(inputs.subarray(from * INPUTS, (from + count) * INPUTS), [count, INPUTS]);
export const targetsOf = (from: number, count = 1) => ({
  targets: labels(Array.from({ length: count }, (_, i) => (from + i) % CLASSES)),
});

/** Kernels that let each update by one example wait for so many. */
export const waiting =
  (blockSize: number, minDensity = 0): BindKernels =>
  (arena) =>
    deferring(referenceKernels(arena), { blockSize, minWeightSize: 0, minDensity });

export function newModel(
  kernels: BindKernels | 'reference' = 'reference',
  hidden: readonly number[] = [6, 5],
): FlowGraph {
  return sequential([...hidden.flatMap((units) => [linear(units), tanh()]), linear(CLASSES)], {
    inputShape: [INPUTS],
    seed: 1,
    dtype: 'float64',
    kernels,
  });
}

export function valuesOf(model: FlowGraph): number[] {
  return model.parameters.flatMap((parameter) => [...elements(model.valueOf(parameter))]);
}

/** Gives a model the values of another of the same graph. */
export function copyValues(from: FlowGraph, to: FlowGraph): void {
  for (const [i, parameter] of to.parameters.entries()) {
    to.assign(parameter, elements(from.valueOf(from.parameters[i] as typeof parameter)).slice());
  }
}

/** The same model twice: with updates that are applied one by one, and with updates that wait. */
export function twoWays(
  build: (kernels: BindKernels | 'reference') => FlowGraph,
  blockSize: number,
): [one: FlowGraph, waits: FlowGraph] {
  return [build('reference'), build(waiting(blockSize))];
}

export const loss = softmaxCrossEntropy();

interface Learning {
  readonly inputs?: (from: number, count: number) => Tensor;
  readonly loss?: Loss;
  readonly targets?: (from: number, count: number) => Readonly<Record<string, Tensor | Labels>>;
  readonly regularizer?: Regularizer | undefined;
  /** Whether it is there for an example; always, where it is left out. */
  readonly isRegularized?: (example: number) => boolean;
  /** Whether an example is passed over. */
  readonly isPassed?: (example: number) => boolean;
  readonly optimizer?: Optimizer;
  readonly sizes?: readonly number[];
  readonly looksAhead?: boolean;
  /** What is shown as the inputs to come: by default those that do. */
  readonly shown?: (from: number, count: number) => Tensor;
  /** Whether an example is looked at and not learned from. */
  readonly isLookedAt?: (example: number) => boolean;
  readonly each?: (model: FlowGraph, example: number) => void;
}

export function learn(
  model: FlowGraph,
  {
    inputs: rows = inputOf,
    loss: ofOutput = loss,
    targets = targetsOf,
    regularizer,
    isRegularized = () => true,
    isPassed = () => false,
    optimizer = sgd({ learningRate: 0.1 }),
    sizes = [1],
    looksAhead = false,
    shown = rows,
    isLookedAt = () => false,
    each,
  }: Learning,
): void {
  const state = optimizerState(optimizer, model);
  for (let from = 0, i = 0; from < EXAMPLES; i++) {
    const size = Math.min(sizes[i % sizes.length] as number, EXAMPLES - from);
    if (isPassed(from)) {
      from += size;
      continue;
    }
    const ahead = (_: string, count: number) => shown(from, Math.min(count, EXAMPLES - from));
    const tape = model.fprop(
      { input: rows(from, size) },
      { mode: 'train', ...(looksAhead && size === 1 && { ahead }) },
    );
    const target = objective(model, ofOutput, isRegularized(from) ? regularizer : undefined);
    const { gradients } = tape.bprop(target, targets(from, size));
    if (!isLookedAt(from)) state.update(gradients);
    tape.release();
    from += size;
    each?.(model, from);
  }
}

/** The largest difference of two lists. */
export function distance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);
}

export function expectClose(a: readonly number[], b: readonly number[]): void {
  expect(a.length).toBe(b.length);
  for (const [i, value] of a.entries()) {
    expect(Math.abs(value - (b[i] as number))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  }
}
