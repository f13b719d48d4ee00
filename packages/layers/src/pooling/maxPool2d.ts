import type { BoxDefinition } from '@fluxion/graph';
import type { Size } from '../convolution/geometry.js';
import { maxPoolBox, overPictures, type Pool2d, type Pool2dOptions } from './pool.js';

/**
 * The largest of each window of a picture, by channel.
 *
 * Shapes   input [batch, height, width, channels], output [batch, rows, columns, channels]
 * bprop    dInput = dOutput where the largest was, the first of several; 0 elsewhere
 *
 * @param size height and width of the window, or one number for both
 * @throws {OptionError} when a size is invalid; {ShapeError} when the graph is built and an example is not a picture, or no window
 *   fits.
 * @see Ranzato, Boureau, LeCun, "Sparse feature learning for deep belief networks", NIPS 2007.
 * @example
 * sequential([conv2d(8, 3), relu(), maxPool2d(2), flatten(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function maxPool2d(size: Size, options: Pool2dOptions = {}): Pool2d {
  return { kind: 'maxPool2d', size, ...options };
}

/** How a maxPool2d box computes. */
export const maxPool2dBox: BoxDefinition<Pool2d> = maxPoolBox(overPictures);
