import type { BoxDefinition } from '@fluxion/graph';
import { averagePoolBox, overSequences, type Pool1d, type Pool1dOptions } from './pool.js';

/**
 * The mean of each window of a sequence, by channel, over its places inside the sequence.
 *
 * Shapes   input [batch, length, channels], output [batch, steps, channels]
 * bprop    dInput = each window's dOutput, shared evenly among those places
 *
 * @param size steps in a window, a whole number from 1
 * @throws {OptionError} when a size is invalid; {ShapeError} when the graph is built and an example is not a sequence, or no window
 *   fits.
 * @example
 * sequential([conv1d(8, 5), relu(), averagePool1d(4), flatten(), linear(2)], { inputShape: [100, 3] });
 */
export function averagePool1d(size: number, options: Pool1dOptions = {}): Pool1d {
  return { kind: 'averagePool1d', size, ...options };
}

/** How a averagePool1d box computes: as over pictures of height 1. */
export const averagePool1dBox: BoxDefinition<Pool1d> = averagePoolBox(overSequences);
