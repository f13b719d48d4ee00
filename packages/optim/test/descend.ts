import type { Parameter } from '@fluxion/graph';
import { arena, elements, type Penalty, referenceKernels, tensor } from '@fluxion/tensor';
import type { Optimizer } from '../src/optimizer.js';

const NONE: Penalty = { l1: 0, l2: 0 };

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
  const cell = (): ReturnType<typeof tensor> => tensor(new Float64Array(start.length));
  const value = tensor([...start]);
  const written = cell();
  const parameter: Parameter = { name: 'box.weight', value, regularized: true, frozen: false };
  const run = optimizer.bind(
    referenceKernels(arena('float64')),
    { parameter, gradient: { form: 'dense', tensor: written }, penalty },
    Object.fromEntries(optimizer.stateNames.map((name) => [name, cell()])),
  );
  return Array.from({ length: updates }, (_, t) => {
    elements(written).set(gradient([...elements(value)], t));
    run(optimizer.learningRate(t), t + 1);
    return [...elements(value)];
  });
}
