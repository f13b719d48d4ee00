import type { Loss } from '@fluxion/graph';
import { expectVector } from './expectVector.js';

/**
 * Squared error: l = ½ Σ (f(x) − t)². The half makes the gradient the plain difference.
 *
 * Shapes   output [batch, units], targets [batch, units], losses [batch]
 * bprop    dOutput = (output − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is not a vector.
 * @see Larochelle, "Training neural networks – autoencoder", slide "loss function": real-valued inputs.
 */
export function squaredError(): Loss<'values'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = Object.freeze<Loss<'values'>>({
  kind: 'squaredError',
  targets: 'values',
  link: 'identity',
  expectOutput: expectVector,
  fprop: ({ kernels, output, targets, losses }) => [
    kernels.pointwiseLoss('squaredError', output, targets, losses),
  ],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.pointwiseLossGradient('squaredError', output, targets, dOutput, factor),
  ],
});
