import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { resamplingBox, STILL } from './resampling.js';

/** Options of a randomFlip box. */
export interface RandomFlipOptions extends NameOption {
  /** Left becomes right (`horizontal`), top becomes bottom (`vertical`), or each by itself. Default horizontal. */
  readonly direction?: 'horizontal' | 'vertical' | 'both';
}

/** Description of a randomFlip box. */
export interface RandomFlip extends BoxDescription, RandomFlipOptions {
  readonly kind: 'randomFlip';
}

const DIRECTIONS = ['horizontal', 'vertical', 'both'];

/**
 * In training, mirrors half of the pictures. In predictions output = input.
 *
 * Shapes   input and output [batch, height, width, channels]
 * bprop    dInput = dOutput, mirrored back
 *
 * Which ones is a function of the model's seed, the box's name and the example's number: an example is changed in the same way
 * alone, in a minibatch, and when training is resumed; in the next epoch it has another number.
 *
 * @throws {OptionError} when there is no such direction; {ShapeError} when the graph is built and an example is not a picture.
 * @see Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012, section 4.1.
 * @example
 * sequential([randomFlip(), conv2d(8, 3), relu(), flatten(), linear(10)], { inputShape: [32, 32, 3] });
 */
export function randomFlip(options: RandomFlipOptions = {}): RandomFlip {
  expectDirection(options, 'randomFlip');
  return { kind: 'randomFlip', ...options };
}

function expectDirection({ direction = 'horizontal' }: RandomFlipOptions, where: string): void {
  if (DIRECTIONS.includes(direction)) return;
  throw new OptionError(
    `${where} direction: expected ${DIRECTIONS.join(', ')}, got '${direction}'; name one of these`,
  );
}

/** How a randomFlip box computes. */
export const randomFlipBox: BoxDefinition<RandomFlip> = resamplingBox<RandomFlip>({
  options: ['direction'],
  expect: expectDirection,
  uniforms: 2,
  mapOf({ direction = 'horizontal' }, drawn) {
    const sign = (i: number, other: string): number =>
      direction !== other && (drawn[i] as number) < 0.5 ? -1 : 1;
    return { ...STILL, xx: sign(0, 'vertical'), yy: sign(1, 'horizontal') };
  },
});
