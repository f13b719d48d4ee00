import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { resamplingBox, STILL } from './resampling.js';

/** Description of a randomRotation box. */
export interface RandomRotation extends BoxDescription {
  readonly kind: 'randomRotation';
  /** Largest angle, in degrees. */
  readonly degrees: number;
}

/**
 * In training, turns each picture around its middle by an angle from −degrees to degrees, all of them equally likely: each pixel
 * is interpolated between four, and beyond the edge they are as at the edge. In predictions output = input.
 *
 * Shapes   input and output [batch, height, width, channels]
 * bprop    dInput = Σ dOutput of the places that are taken from there, times the shares
 *
 * The angle is a function of the model's seed, the box's name and the example's number, as randomFlip's choice is.
 *
 * @param degrees a number above 0, at most 180
 * @throws {OptionError} when the angle is invalid; {ShapeError} when the graph is built and an example is not a picture.
 * @see Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to visual document analysis",
 *   ICDAR 2003.
 * @example
 * sequential([randomRotation(15), conv2d(8, 3), relu(), flatten(), linear(10)], { inputShape: [32, 32, 3] });
 */
export function randomRotation(degrees: number, options: NameOption = {}): RandomRotation {
  expectDegrees(degrees, 'randomRotation');
  return { kind: 'randomRotation', degrees, ...options };
}

function expectDegrees(degrees: number, where: string): void {
  if (degrees > 0 && degrees <= 180) return;
  throw new OptionError(
    `${where} degrees: expected a number above 0, at most 180, got ${degrees}; give one, as 15`,
  );
}

/** How a randomRotation box computes. */
export const randomRotationBox: BoxDefinition<RandomRotation> = resamplingBox<RandomRotation>({
  options: ['degrees'],
  expect: ({ degrees }, where) => expectDegrees(degrees, where),
  uniforms: 1,
  mapOf({ degrees }, drawn) {
    const angle = ((2 * (drawn[0] as number) - 1) * degrees * Math.PI) / 180;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return { ...STILL, yy: cosine, yx: -sine, xy: sine, xx: cosine };
  },
});
