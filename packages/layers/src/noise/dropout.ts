import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { randomChange } from './randomChange.js';

/** Options of a dropout box. */
export interface DropoutOptions extends NameOption {
  /** Whether whole channels, the last axis, are dropped at all their places together. Default false: each unit by itself. */
  readonly perChannel?: boolean;
}

/** Description of a dropout box. */
export interface Dropout extends BoxDescription, DropoutOptions {
  readonly kind: 'dropout';
  /** Probability of a unit to be dropped. */
  readonly rate: number;
}

/**
 * In training, drops each unit with probability `rate` and scales the others up: output = input ⊙ m, m = 0 with probability
 * rate, else 1 / (1 − rate). In predictions output = input.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ m
 *
 * The mask is a function of the model's seed, the box's name and the example's number: an example has the same one alone, in
 * a minibatch, and when training is resumed.
 *
 * @param rate a number in [0, 1)
 * @throws {OptionError} when the rate is outside [0, 1).
 * @see Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout: a simple way to prevent neural networks from
 *   overfitting", JMLR 15, 2014; per channel: Tompson et al., "Efficient object localization using convolutional networks",
 *   CVPR 2015.
 * @example
 * sequential([linear(100), relu(), dropout(0.5), linear(10)], { inputShape: [784] });
 */
export function dropout(rate: number, options: DropoutOptions = {}): Dropout {
  expectRate(rate, 'dropout');
  return { kind: 'dropout', rate, ...options };
}

function expectRate(rate: number, where: string): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new OptionError(
      `${where} rate: expected a number from 0 to below 1, got ${rate}; give one, as 0.5`,
    );
  }
}

/** How a dropout box computes. */
export const dropoutBox: BoxDefinition<Dropout> = {
  children: 1,
  options: ['rate', 'perChannel'],
  mask: () => 'keeps',
  outputShape({ rate }, [input], where) {
    expectRate(rate, where);
    return input as Shape;
  },
  workspace: (_, __, shape) => ({ mask: { shape, per: 'example' } }),
  ...randomChange({
    draw: ({ kernels, random, description: { rate, perChannel = false }, workspace }) =>
      kernels.drawDropout(random, rate, perChannel, workspace.mask as Tensor),
    apply: ({ kernels, workspace }, input, sink) => kernels.multiply(input, workspace.mask as Tensor, sink),
  }),
};
