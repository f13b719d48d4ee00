import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/**
 * Squared error: l = ½ Σ (f(x) − t)². The half makes the gradient the plain difference.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = (output − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors.
 * @see Larochelle, "Training neural networks – autoencoder", slide "loss function": real-valued inputs.
 * @example
 * const loss = squaredError();
 */
export function squaredError(): Loss<'values'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = pointwise('squaredError');
