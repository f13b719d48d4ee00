import { type FlowGraph, objective, type Regularizer } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import {
  type BindKernels,
  deferring,
  elements,
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

export function newModel(kernels?: BindKernels, hidden: readonly number[] = [6, 5]): FlowGraph {
  return sequential([...hidden.flatMap((units) => [linear(units), tanh()]), linear(CLASSES)], {
    inputShape: [INPUTS],
    seed: 1,
    dtype: 'float64',
    ...(kernels && { kernels }),
  });
}

export function valuesOf(model: FlowGraph): number[] {
  return model.parameters.flatMap((parameter) => [...elements(model.valueOf(parameter))]);
}

interface Learning {
  readonly regularizer?: Regularizer | undefined;
  /** Whether it is there for an example; always, where it is left out. */
  readonly isRegularized?: (example: number) => boolean;
  /** Whether an example is passed over. */
  readonly isPassed?: (example: number) => boolean;
  readonly optimizer?: ReturnType<typeof sgd>;
  readonly sizes?: readonly number[];
  readonly looksAhead?: boolean;
  /** Whether an example is looked at and not learned from. */
  readonly isLookedAt?: (example: number) => boolean;
  readonly each?: (model: FlowGraph, example: number) => void;
}

export const loss = softmaxCrossEntropy();

export function learn(
  model: FlowGraph,
  {
    regularizer,
    isRegularized = () => true,
    isPassed = () => false,
    optimizer = sgd({ learningRate: 0.1 }),
    sizes = [1],
    looksAhead = false,
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
    const ahead = (_: string, count: number) => inputOf(from, Math.min(count, EXAMPLES - from));
    const tape = model.fprop(
      { input: inputOf(from, size) },
      { mode: 'train', ...(looksAhead && size === 1 && { ahead }) },
    );
    const target = objective(model, loss, isRegularized(from) ? regularizer : undefined);
    const { gradients } = tape.bprop(target, targetsOf(from, size));
    if (!isLookedAt(from)) state.update(gradients);
    tape.release();
    from += size;
    each?.(model, from);
  }
}

export function expectClose(a: readonly number[], b: readonly number[]): void {
  expect(a.length).toBe(b.length);
  for (const [i, value] of a.entries()) {
    expect(Math.abs(value - (b[i] as number))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  }
}
