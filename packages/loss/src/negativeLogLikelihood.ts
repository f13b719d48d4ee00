import type { Loss } from '@fluxion/graph';
import { expectShape, OptionError } from '@fluxion/tensor';

/**
 * Negative log-likelihood, from probabilities: l = −log f(x)[label].
 *
 * Shapes   probabilities [batch, classes], as softmax() gives them, labels [batch], losses [batch]
 * bprop    dProbabilities = −e(label) / (f(x)[label] · batch)
 *
 * A probability that has underflowed to 0 has an infinite loss; `softmaxCrossEntropy` on the logits has not.
 *
 * @throws {ShapeError} when an example of the output is not a vector; {OptionError} by its passes, when the output is no
 *   probabilities.
 * @see Larochelle, "Training neural networks – backpropagation", slide "loss function": l(f(x), y) = −log f(x)_y.
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
const loss = Object.freeze<Loss<'labels'>>({
  kind: 'negativeLogLikelihood',
  targets: 'labels',
  link: 'identity',
  expectOutput: (shape, where) =>
    expectShape(where, ['classes'], shape, 'end the graph with linear(number of classes) and softmax()'),
  expectValues: expectProbabilityOutput,
  fprop: ({ kernels, output, targets, losses }) => [kernels.negativeLogLikelihood(output, targets, losses)],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.negativeLogLikelihoodGradient(output, targets, dOutput, factor),
  ],
});
