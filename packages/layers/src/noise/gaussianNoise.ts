import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a gaussianNoise box. */
export interface GaussianNoise extends BoxDescription {
  readonly kind: 'gaussianNoise';
  /** Standard deviation of the noise. */
  readonly deviation: number;
}

/**
 * In training, adds normal noise to each unit: output = input + ε, ε ~ N(0, σ²). In predictions output = input.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput
 *
 * The noise is a function of the model's seed, the box's name and the example's number, as dropout's mask is.
 *
 * @param standardDeviation σ, a number from 0
 * @throws {OptionError} when it is negative or not finite.
 * @see Bishop, "Training with noise is equivalent to Tikhonov regularization", Neural Computation 7, 1995.
 * @example
 * sequential([gaussianNoise(0.1), linear(10)], { inputShape: [784] });
 */
export function gaussianNoise(standardDeviation: number, options: NameOption = {}): GaussianNoise {
  expectDeviation(standardDeviation, 'gaussianNoise');
  return { kind: 'gaussianNoise', deviation: standardDeviation, ...options };
}

function expectDeviation(deviation: number, where: string): void {
  if (!(deviation >= 0 && deviation < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`${where} deviation: expected a number from 0, got ${deviation}; give one, as 0.1`);
  }
}

/** How a gaussianNoise box computes. */
export const gaussianNoiseBox: BoxDefinition<GaussianNoise> = {
  children: 1,
  options: ['deviation'],
  mask: () => 'keeps',
  outputShape({ deviation }, [input], where) {
    expectDeviation(deviation, where);
    return input as Shape;
  },
  workspace: (_, __, shape) => ({ noise: { shape, per: 'example' } }),
  fprop({ kernels, description, pass, random, inputs: [input], output, workspace }) {
    const noise = workspace.noise as Tensor;
    const draw = kernels.drawNormal(random, description.deviation, noise);
    const copy = kernels.copy(input as Tensor, { tensor: output, beta: 0 });
    const add = kernels.copy(noise, { tensor: output, beta: 1 });
    return [
      copy,
      () => {
        if (pass.mode === 'predict') return;
        draw(pass.example, pass.stride);
        add();
      },
    ];
  },
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [dInput && kernels.copy(dOutput, dInput)],
};
