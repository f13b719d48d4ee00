import type { Loss } from '@fluxion/graph';
import { nonnegative, numbersOf } from '@fluxion/tensor';
import { crossEntropyOfLabels } from './crossEntropyOfLabels.js';

/** Options of focalCrossEntropy. */
export interface FocalCrossEntropyOptions {
  /** γ, from 0, which is plain cross-entropy: the larger, the less examples count that are classified well. Default 2. */
  readonly gamma?: number;
}

/**
 * Focal loss, from logits: l = −(1 − p)^γ log p with p = softmax(logits)[label]. Examples that are classified well count
 * little, so that rare and hard ones count.
 *
 * Shapes   as softmaxCrossEntropy's
 * bprop    dLogits = ((1 − p)^γ − γ p (1 − p)^(γ−1) log p) · (softmax(logits) − e(label)) / batch
 *
 * @throws {OptionError} when γ is negative or not finite; {ShapeError} when an example of the output is neither a vector nor a sequence
 *   of vectors.
 * @see Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017, equation 4.
 * @example
 * const loss = focalCrossEntropy({ gamma: 2 });
 */
export function focalCrossEntropy(options: FocalCrossEntropyOptions = {}): Loss<'labels'> {
  const { gamma } = numbersOf('focalCrossEntropy', { gamma: nonnegative(2) }, { ...options });
  return gamma === 2 ? usual : crossEntropyOfLabels({ kind: 'focalCrossEntropy', gamma });
}

// One object, so that the same loss is the same objective.
const usual = crossEntropyOfLabels({ kind: 'focalCrossEntropy', gamma: 2 });
