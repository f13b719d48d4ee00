import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/**
 * Cross-entropy of independent yes-or-no targets, from logits: l = Σ log(1 + eᶻ) − t·z, with t in [0, 1]. It is
 * −Σ t log σ(z) + (1 − t) log(1 − σ(z)), written so that nothing overflows.
 *
 * Shapes   logits and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps; for one
 *          unit also labels [batch], 0 or 1, as an encoder makes them of two classes
 * bprop    dLogits = (σ(logits) − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {DataError} by its passes,
 *   with the row, on a target outside [0, 1].
 * @see Larochelle, "Training neural networks – autoencoder", slide "loss function": binary inputs.
 * @example
 * const loss = binaryCrossEntropy();
 */
export function binaryCrossEntropy(): Loss<'values'> {
  return loss;
}

function refusal(targets: ArrayLike<number>, start: number, end: number): string | undefined {
  for (let i = start; i < end; i++) {
    const target = targets[i] as number;
    if (!(target >= 0 && target <= 1)) {
      return `expected a number from 0 to 1, got ${target}; scale the targets, or use squaredError()`;
    }
  }
  return undefined;
}

// One object, so that the same loss is the same objective.
const loss = pointwise('binaryCrossEntropy', { link: 'sigmoid', refusal });
