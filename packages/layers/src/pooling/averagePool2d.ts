import type { BoxDefinition } from '@fluxion/graph';
import type { Size } from '../convolution/geometry.js';
import { averagePoolBox, overPictures, type Pool2d, type Pool2dOptions } from './pool.js';

/**
 * The mean of each window of a picture, by channel, over its places inside the picture.
 *
 * Shapes   input [batch, height, width, channels], output [batch, rows, columns, channels]
 * bprop    dInput = each window's dOutput, shared evenly among those places
 *
 * @param size height and width of the window, or one number for both
 * @throws {OptionError} when a size is invalid; {ShapeError} when the graph is built and an example is not a picture, or no window
 *   fits.
 * @see LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.
 * @example
 * sequential([conv2d(8, 3), relu(), averagePool2d(2), flatten(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function averagePool2d(size: Size, options: Pool2dOptions = {}): Pool2d {
  return { kind: 'averagePool2d', size, ...options };
}

/** How a averagePool2d box computes. */
export const averagePool2dBox: BoxDefinition<Pool2d> = averagePoolBox(overPictures);
