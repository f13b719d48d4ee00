import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/**
 * Absolute error: l = Σ |f(x) − t|. A few targets that are far off weigh less than in squaredError.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = sign(output − targets) / batch, with sign(0) = 0
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors.
 * @example
 * const loss = absoluteError();
 */
export function absoluteError(): Loss<'values'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = pointwise('absoluteError');
