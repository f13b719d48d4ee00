import type { Loss } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { crossEntropyOfLabels } from './crossEntropyOfLabels.js';

/** Options of focalCrossEntropy. */
export interface FocalCrossEntropyOptions {
  /** γ: how much less examples count that are right already, from 0, which is plain cross-entropy. Default 2. */
  readonly focus?: number;
}

/**
 * Focal loss, from logits: l = −(1 − p)^γ log p with p = softmax(logits)[label]. Examples that are right count little, so that
 * rare classes are heard.
 *
 * Shapes   as softmaxCrossEntropy's
 * bprop    dLogits = ((1 − p)^γ − γ p (1 − p)^(γ−1) log p) · (softmax(logits) − e(label)) / batch
 *
 * @throws {OptionError} when the focus is none; {ShapeError} when an example of the output is neither a vector nor a sequence
 *   of vectors.
 * @see Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017, equation 4.
 * @example
 * const loss = focalCrossEntropy({ focus: 2 });
 */
export function focalCrossEntropy({ focus = 2 }: FocalCrossEntropyOptions = {}): Loss<'labels'> {
  if (!(focus >= 0 && focus < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`focalCrossEntropy focus: expected a number from 0, got ${focus}; give one, as 2`);
  }
  return focus === 2 ? usual : crossEntropyOfLabels({ kind: 'focalCrossEntropy', focus });
}

// One object, so that the same loss is the same objective.
const usual = crossEntropyOfLabels({ kind: 'focalCrossEntropy', focus: 2 });
