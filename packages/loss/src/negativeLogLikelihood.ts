import type { Loss } from '@fluxion/graph';
import { expectClasses } from './expectClasses.js';

/**
 * Negative log-likelihood, from probabilities: l = −log f(x)[label].
 *
 * Shapes   probabilities [batch, classes], as softmax() gives them, labels [batch], losses [batch]
 * bprop    dProbabilities = −e(label) / (f(x)[label] · batch)
 *
 * A probability that has underflowed to 0 has an infinite loss; `softmaxCrossEntropy` on the logits has not.
 *
 * @throws {ShapeError} when an example of the output is not a vector.
 * @see Larochelle, "Training neural networks – backpropagation", slide "loss function": l(f(x), y) = −log f(x)_y.
 */
export function negativeLogLikelihood(): Loss<'labels'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = Object.freeze<Loss<'labels'>>({
  kind: 'negativeLogLikelihood',
  targets: 'labels',
  link: 'identity',
  expectOutput: expectClasses,
  fprop: ({ kernels, output, targets, losses }) => [kernels.negativeLogLikelihood(output, targets, losses)],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.negativeLogLikelihoodGradient(output, targets, dOutput, factor),
  ],
});
