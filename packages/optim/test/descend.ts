import type { Parameter } from '@fluxion/graph';
import {
  arena,
  elements,
  type Penalty,
  referenceKernels,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import type { Optimizer } from '../src/optimizer.js';

const NONE: Penalty = { l1: 0, l2: 0 };

/** A parameter to ask an optimizer about. */
export const weight: Parameter = {
  name: 'box.weight',
  kind: 'linear',
  value: tensor(new Float64Array(6), [2, 3]),
  regularized: true,
  frozen: false,
};

/**
 * The values of one parameter after each update by an optimizer, outside any graph, in float64.
 *
 * @param gradient ∂loss/∂θ at the parameter's values, given the number of updates made so far
 */
export function descend(
  optimizer: Optimizer,
  start: readonly number[],
  gradient: (values: readonly number[], t: number) => readonly number[],
  updates: number,
  penalty: Penalty = NONE,
): number[][] {
  const cell = (shape: Shape): Tensor => tensor(new Float64Array(sizeOf(shape)), shape);
  const value = tensor([...start]);
  const written = cell([start.length]);
  const parameter = { ...weight, value };
  const run = optimizer.bind(
    referenceKernels(arena('float64')),
    { parameter, gradient: { form: 'dense', tensor: written }, penalty },
    Object.fromEntries(
      Object.entries(optimizer.stateShapes(parameter)).map(([name, shape]) => [name, cell(shape)]),
    ),
  );
  return Array.from({ length: updates }, (_, t) => {
    elements(written).set(gradient([...elements(value)], t));
    run(optimizer.learningRate(t), t + 1);
    return [...elements(value)];
  });
}
