import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from './nameOption.js';

/** Description of a softmax box. */
export interface Softmax extends BoxDescription {
  readonly kind: 'softmax';
}

/**
 * Probabilities of each example's logits, or of each vector along the last axis: output = e^input / Σ e^input.
 *
 * Shapes   input and output [batch, ...axes, classes]
 * bprop    dInput = output ⊙ (dOutput − Σ output ⊙ dOutput): its true Jacobian, whatever the loss above. Training with
 *          `softmaxCrossEntropy` on the logits, without this box, is faster and safer.
 *
 * @throws {ShapeError} when the graph is built and an example of the input is a single number.
 * @see Larochelle, "Training neural networks – backpropagation", slide "softmax".
 */
export function softmax(options: NameOption = {}): Softmax {
  return { kind: 'softmax', ...options };
}

/** How a softmax box computes. */
export const softmaxBox: BoxDefinition<Softmax> = {
  children: 1,
  options: [],
  mask: () => 'keeps',
  outputShape(_, [input], where) {
    if (input === undefined || input.length === 0) {
      expectShape(`${where} input`, ['classes'], input ?? [], 'give it a vector');
    }
    return input as Shape;
  },
  fprop: ({ kernels, inputs: [input], output }) => [kernels.softmax(input as Tensor, output)],
  bprop: ({ kernels, output, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.softmaxGradient(output, dOutput, dInput),
  ],
};
