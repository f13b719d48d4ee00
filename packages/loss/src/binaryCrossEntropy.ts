import type { Loss } from '@fluxion/graph';
import { expectVector } from './expectVector.js';

/**
 * Cross-entropy of independent yes-or-no targets, from logits: l = Σ log(1 + eᶻ) − t·z, with t in [0, 1]. It is
 * −Σ t log σ(z) + (1 − t) log(1 − σ(z)), written so that nothing overflows.
 *
 * Shapes   logits [batch, units], targets [batch, units], losses [batch]
 * bprop    dLogits = (σ(logits) − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is not a vector.
 * @see Larochelle, "Training neural networks – autoencoder", slide "loss function": binary inputs.
 */
export function binaryCrossEntropy(): Loss<'values'> {
  return {
    kind: 'binaryCrossEntropy',
    targets: 'values',
    link: 'sigmoid',
    expectOutput: expectVector,
    fprop: ({ kernels, output, targets, losses }) => [kernels.binaryCrossEntropy(output, targets, losses)],
    bprop: ({ kernels, output, targets, dOutput, factor }) => [
      kernels.binaryCrossEntropyGradient(output, targets, dOutput, factor),
    ],
  };
}
