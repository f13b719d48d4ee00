import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Shape, Tensor } from '@fluxion/tensor';
import type { NameOption } from './nameOption.js';

/** Description of a box that applies a function to each element. */
export interface Activation extends BoxDescription {
  readonly kind: ActivationKind;
}

/** The functions of the elementwise table that have a box. */
export type ActivationKind = 'sigmoid' | 'tanh' | 'relu';

const kinds: readonly ActivationKind[] = ['sigmoid', 'tanh', 'relu'];

/**
 * Logistic function of each element: σ(x) = 1 / (1 + e⁻ˣ), in (0, 1).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ σ(x)(1 − σ(x))
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export function sigmoid(options: NameOption = {}): Activation {
  return { kind: 'sigmoid', ...options };
}

/**
 * Hyperbolic tangent of each element, in (−1, 1).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ (1 − tanh² x)
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export function tanh(options: NameOption = {}): Activation {
  return { kind: 'tanh', ...options };
}

/**
 * Rectifier of each element: max(0, x).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ 1[x > 0]; the derivative at the kink x = 0 is 0
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export function relu(options: NameOption = {}): Activation {
  return { kind: 'relu', ...options };
}

/** How the boxes of the elementwise table compute, by kind. */
export const activationBoxes: Readonly<Record<ActivationKind, BoxDefinition<Activation>>> =
  Object.fromEntries(kinds.map((kind) => [kind, activationBox(kind)])) as Record<
    ActivationKind,
    BoxDefinition<Activation>
  >;

function activationBox(kind: ActivationKind): BoxDefinition<Activation> {
  return {
    children: 1,
    options: [],
    mask: () => 'keeps',
    outputShape: (_, [input]) => input as Shape,
    fprop: ({ kernels, inputs: [input], output }) => [kernels.elementwise(kind, input as Tensor, output)],
    bprop: ({ kernels, inputs: [input], output, dOutput, dInputs: [dInput] }) => [
      dInput && kernels.elementwiseGradient(kind, input as Tensor, output, dOutput, dInput),
    ],
  };
}
