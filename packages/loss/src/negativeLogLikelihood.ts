import type { Loss } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { lossOfRows } from './lossOfRows.js';

/**
 * Negative log-likelihood, from probabilities: l = −log f(x)[label].
 *
 * Shapes   probabilities [batch, classes], as softmax() gives them, labels [batch], losses [batch]; of a sequence probabilities
 *          [batch, length, classes] and labels [batch, length], where a loss is the mean over the steps that count: those that
 *          neither the mask nor the label −1 leaves out
 * bprop    dProbabilities = −e(label) / (f(x)[label] · batch)
 *
 * A probability that has underflowed to 0 has an infinite loss; `softmaxCrossEntropy` on the logits has not.
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {OptionError} by its
 *   passes, when the output is not probabilities.
 * @see Larochelle, "Training neural networks – backpropagation", slide "loss function": l(f(x), y) = −log f(x)_y.
 * @example
 * const loss = negativeLogLikelihood();
 */
export function negativeLogLikelihood(): Loss<'labels'> {
  return loss;
}

/** More above 1 than rounding leaves. */
const ABOVE_ONE = 1 + 2 ** -16;

/** A NaN passes: that is a model that has diverged. */
function expectProbabilityOutput(output: ArrayLike<number>, where: string): void {
  for (let i = 0; i < output.length; i++) {
    const probability = output[i] as number;
    if (probability < 0 || probability > ABOVE_ONE) {
      throw new OptionError(
        `${where}: expected probabilities, got ${probability}; end the graph with softmax(), or use softmaxCrossEntropy() as the loss`,
      );
    }
  }
}

// One object, so that the same loss is the same objective.
const loss = lossOfRows<'labels'>({
  kind: 'negativeLogLikelihood',
  targets: 'labels',
  link: 'identity',
  fix: 'end the graph with linear(number of classes) and softmax()',
  expectValues: expectProbabilityOutput,
  value: ({ kernels, output, targets }, losses) => [kernels.negativeLogLikelihood(output, targets, losses)],
  slope: ({ kernels, output, targets }, dOutput, factor) => [
    kernels.negativeLogLikelihoodGradient(output, targets, dOutput, factor),
  ],
});
