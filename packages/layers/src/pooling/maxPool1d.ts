import type { BoxDefinition } from '@fluxion/graph';
import { maxPoolBox, overSequences, type Pool1d, type Pool1dOptions } from './pool.js';

/**
 * The largest of each window of a sequence, by channel.
 *
 * Shapes   input [batch, length, channels], output [batch, steps, channels]
 * bprop    dInput = dOutput where the largest was, the first of several; 0 elsewhere
 *
 * @param size steps in a window, a whole number from 1
 * @throws {OptionError} when a size is invalid; {ShapeError} when the graph is built and an example is not a sequence, or no window
 *   fits.
 * @example
 * sequential([conv1d(8, 5), relu(), maxPool1d(4), flatten(), linear(2)], { inputShape: [100, 3] });
 */
export function maxPool1d(size: number, options: Pool1dOptions = {}): Pool1d {
  return { kind: 'maxPool1d', size, ...options };
}

/** How a maxPool1d box computes: as over pictures of height 1. */
export const maxPool1dBox: BoxDefinition<Pool1d> = maxPoolBox(overSequences);
