import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/**
 * Hinge loss, of a margin: l = Σ max(0, 1 − t·f(x)), with targets of −1 and 1.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = −t / batch where t·f(x) < 1, else 0
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {DataError} by its passes,
 *   with the row, on a target that is neither −1 nor 1.
 * @see Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995.
 * @example
 * const loss = hinge();
 */
export function hinge(): Loss<'values'> {
  return loss;
}

function refusal(targets: ArrayLike<number>, start: number, end: number): string | undefined {
  for (let i = start; i < end; i++) {
    if (Math.abs(targets[i] as number) === 1) continue;
    return `expected −1 or 1, got ${targets[i]}; encode the classes so, or use binaryCrossEntropy()`;
  }
  return undefined;
}

// One object, so that the same loss is the same objective.
const loss = pointwise('hinge', { refusal });
