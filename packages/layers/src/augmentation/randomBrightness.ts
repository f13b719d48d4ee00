import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { randomChange } from '../noise/randomChange.js';

/** Description of a randomBrightness box. */
export interface RandomBrightness extends BoxDescription {
  readonly kind: 'randomBrightness';
  /** How much brighter or darker a picture becomes, at most. */
  readonly share: number;
}

/**
 * In training, makes each picture brighter or darker: output = factor · input, the factor uniform in [1 − maxDelta,
 * 1 + maxDelta]. In predictions output = input.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = factor · dOutput
 *
 * The factor is a function of the model's seed, the box's name and the example's number, as randomFlip's choice is.
 *
 * @param maxDelta how much brighter or darker at most, a number above 0, up to 1
 * @throws {OptionError} when it is not.
 * @see Howard, "Some improvements on deep convolutional neural network based image classification", arXiv 1312.5402, 2013.
 * @example
 * sequential([randomBrightness(0.2), conv2d(8, 3), relu(), flatten(), linear(10)], { inputShape: [32, 32, 3] });
 */
export function randomBrightness(maxDelta: number, options: NameOption = {}): RandomBrightness {
  expectShare(maxDelta, 'randomBrightness');
  return { kind: 'randomBrightness', share: maxDelta, ...options };
}

function expectShare(share: number, where: string): void {
  if (share > 0 && share <= 1) return;
  throw new OptionError(
    `${where} share: expected a number above 0, at most 1, got ${share}; give one, as 0.2`,
  );
}

/** How a randomBrightness box computes. */
export const randomBrightnessBox: BoxDefinition<RandomBrightness> = {
  children: 1,
  options: ['share'],
  outputShape({ share }, [input], where) {
    expectShare(share, where);
    return input as Shape;
  },
  workspace: () => ({ factors: { shape: [], per: 'example' } }),
  ...randomChange({
    draw: ({ kernels, random, description: { share }, workspace }) =>
      kernels.drawUniform(random, 1 - share, 1 + share, workspace.factors as Tensor),
    apply: ({ kernels, workspace }, input, sink) =>
      kernels.scaleEachRow(input, workspace.factors as Tensor, sink),
  }),
};
