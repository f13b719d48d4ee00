import type { Loss } from '@fluxion/graph';
import { expectShape, type Tensor } from '@fluxion/tensor';

/**
 * Cross-entropy of softmax, from logits: l = −log softmax(logits)[label] = log Σ eᶻ − z[label].
 *
 * Shapes   logits [batch, classes], labels [batch], losses [batch]
 * bprop    dLogits = (softmax(logits) − e(label)) / batch: the slides' output gradient, −(e(y) − f(x))
 *
 * Softmax and logarithm are taken together, so no loss overflows and no probability underflows to a log of 0.
 *
 * @throws {ShapeError} when an example of the output is not a vector.
 * @see Larochelle, "Training neural networks – backpropagation", slides "loss function" and "output layer gradient".
 */
export function softmaxCrossEntropy(): Loss<'labels'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = Object.freeze<Loss<'labels'>>({
  kind: 'softmaxCrossEntropy',
  targets: 'labels',
  link: 'softmax',
  expectOutput: (shape, where) =>
    expectShape(where, ['classes'], shape, 'end the graph with linear(number of classes)'),
  workspace: (outputShape) => ({ probabilities: outputShape }),
  fprop: ({ kernels, output, targets, losses, workspace: { probabilities } }) => [
    kernels.softmaxCrossEntropy(output, targets, probabilities as Tensor, losses),
  ],
  bprop: ({ kernels, targets, workspace: { probabilities }, dOutput, factor }) => [
    kernels.softmaxCrossEntropyGradient(probabilities as Tensor, targets, dOutput, factor),
  ],
});
