import type { Loss } from '@fluxion/graph';
import { fraction, numbersOf } from '@fluxion/tensor';
import { crossEntropyOfLabels } from './crossEntropyOfLabels.js';

/** Options of softmaxCrossEntropy. */
export interface SoftmaxCrossEntropyOptions {
  /** Share ε of each label that is spread evenly over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy of softmax, from logits: l = −log softmax(logits)[label] = log Σ eᶻ − z[label]. With labels smoothed by ε,
 * l = −Σ_k ((1 − ε) e(label) + ε/classes)_k log softmax(logits)_k.
 *
 * Shapes   logits [batch, classes], labels [batch], losses [batch]; of a sequence logits [batch, length, classes] and labels
 *          [batch, length], where a loss is the mean over the steps that count: those that neither the mask nor the label −1
 *          leaves out
 * bprop    dLogits = (softmax(logits) − e(label)) / batch: the slides' output gradient, −(e(y) − f(x))
 *
 * Softmax and logarithm are taken together, so no loss overflows and no probability underflows to a log of 0.
 *
 * @throws {OptionError} when labelSmoothing is outside [0, 1); {ShapeError} when an example of the output is neither a vector nor a
 *   sequence of vectors.
 * @see Larochelle, "Training neural networks – backpropagation", slides "loss function" and "output layer gradient"; smoothing:
 *   Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, section 7.
 * @example
 * const loss = softmaxCrossEntropy({ labelSmoothing: 0.1 });
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions = {}): Loss<'labels'> {
  const { labelSmoothing } = numbersOf(
    'softmaxCrossEntropy',
    { labelSmoothing: fraction(0) },
    { ...options },
  );
  return labelSmoothing === 0 ? plain : crossEntropyOfLabels({ kind: 'softmaxCrossEntropy', labelSmoothing });
}

// One object, so that the same loss is the same objective.
const plain = crossEntropyOfLabels({ kind: 'softmaxCrossEntropy' });
