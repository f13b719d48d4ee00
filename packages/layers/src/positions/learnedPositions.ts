import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';

/** Options of a learnedPositions box. */
export interface LearnedPositionsOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** How the vectors begin. Default { kind: 'normal', deviation: 0.02 }. */
  readonly initializer?: InitializerOption;
}

/** Description of a learnedPositions box. */
export interface LearnedPositions extends BoxDescription, LearnedPositionsOptions {
  readonly kind: 'learnedPositions';
}

/**
 * A sequence with a learned vector added at each step: output_t = input_t + weight_t.
 *
 * Shapes   input and output [batch, length, features], weight [length, features]
 * bprop    dInput = dOutput;  dWeight = Σ_batch dOutput
 *
 * Regularizers leave the vectors alone, as they do biases.
 *
 * @throws {OptionError} when the initializer is unknown; {ShapeError} when the graph is built and an example is not a sequence of
 *   vectors.
 * @see Gehring, Auli, Grangier, Yarats, Dauphin, "Convolutional sequence to sequence learning", ICML 2017, section 3.1.
 * @example
 * sequential([embedding(32), learnedPositions(), multiHeadAttention(4), meanAxis(0), linear(2)], {
 *   inputShape: { shape: [64], indices: 10_000, masked: true },
 * });
 */
export function learnedPositions(options: LearnedPositionsOptions = {}): LearnedPositions {
  return { kind: 'learnedPositions', ...options };
}

/** How a learnedPositions box computes. */
export const learnedPositionsBox: BoxDefinition<LearnedPositions> = {
  children: 1,
  options: ['initializer'],
  mask: () => 'keeps',
  outputShape({ initializer: option }, [input = []], where) {
    if (option !== undefined) expectInitializer(option, `${where} initializer`);
    expectShape(`${where} input`, ['length', 'features'], input, 'give it a sequence of vectors');
    return input;
  },
  parameters: ({ initializer: option = { kind: 'normal', deviation: 0.02 } }, [input]) => ({
    weight: { shape: input as Shape, initializer: initializer(option), regularized: false },
  }),
  fprop: ({ kernels, inputs: [input], parameters, output }) => [
    kernels.copy(input as Tensor, { tensor: output, beta: 0 }),
    kernels.spreadAxis(parameters.weight as Tensor, 0, { tensor: output, beta: 1 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput], gradients: { weight } }) => [
    dInput && kernels.copy(dOutput, dInput),
    weight && kernels.sumAxis(dOutput, 0, weight.dense()),
  ],
};
