import type { Loss } from '@fluxion/graph';
import { expectProbabilities } from './expectProbabilities.js';
import { expectVector } from './expectVector.js';

/**
 * Cross-entropy of independent yes-or-no targets, from logits: l = Σ log(1 + eᶻ) − t·z, with t in [0, 1]. It is
 * −Σ t log σ(z) + (1 − t) log(1 − σ(z)), written so that nothing overflows.
 *
 * Shapes   logits [batch, units], targets [batch, units], losses [batch]; for one unit also labels [batch], 0 or 1, as an encoder
 *          makes them of two classes
 * bprop    dLogits = (σ(logits) − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is not a vector; {DataError} by its passes, with the row, on a target
 *   outside [0, 1].
 * @see Larochelle, "Training neural networks – autoencoder", slide "loss function": binary inputs.
 */
export function binaryCrossEntropy(): Loss<'values'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = Object.freeze<Loss<'values'>>({
  kind: 'binaryCrossEntropy',
  targets: 'values',
  link: 'sigmoid',
  expectOutput: expectVector,
  expectTargets: expectProbabilities,
  fprop: ({ kernels, output, targets, losses }) => [
    kernels.pointwiseLoss('binaryCrossEntropy', output, targets, losses),
  ],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.pointwiseLossGradient('binaryCrossEntropy', output, targets, dOutput, factor),
  ],
});
