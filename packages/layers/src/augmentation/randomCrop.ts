import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectWhole } from '../expectWhole.js';
import type { NameOption } from '../nameOption.js';
import { resamplingBox, STILL } from './resampling.js';

/** Description of a randomCrop box. */
export interface RandomCrop extends BoxDescription {
  readonly kind: 'randomCrop';
  /** Pixels that a picture moves at most, in each direction. */
  readonly margin: number;
}

/**
 * In training, adds a margin around each picture, pixels as at its edge, and cuts a picture of the old size out of it at a random
 * place: so what is on it moves by up to `margin` whole pixels. In predictions output = input.
 *
 * Shapes   input and output [batch, height, width, channels]
 * bprop    dInput = Σ dOutput of the places that are taken from there
 *
 * The place is a function of the model's seed, the box's name and the example's number, as randomFlip's choice is.
 *
 * @param margin a whole number from 1
 * @throws {OptionError} when the margin is invalid; {ShapeError} when the graph is built and an example is not a picture.
 * @see He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2.
 * @example
 * sequential([randomCrop(4), conv2d(8, 3), relu(), flatten(), linear(10)], { inputShape: [32, 32, 3] });
 */
export function randomCrop(margin: number, options: NameOption = {}): RandomCrop {
  expectWhole(margin, 'randomCrop margin');
  return { kind: 'randomCrop', margin, ...options };
}

/** How a randomCrop box computes. */
export const randomCropBox: BoxDefinition<RandomCrop> = resamplingBox<RandomCrop>({
  options: ['margin'],
  expect: ({ margin }, where) => expectWhole(margin, `${where} margin`),
  uniforms: 2,
  mapOf({ margin }, drawn) {
    const steps = (i: number): number => Math.floor((drawn[i] as number) * (2 * margin + 1)) - margin;
    return { ...STILL, down: steps(0), right: steps(1) };
  },
});
