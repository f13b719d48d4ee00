import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { byPlaces, channelsShape } from './places.js';

/** Description of a globalAveragePool box. */
export interface GlobalAveragePool extends BoxDescription {
  readonly kind: 'globalAveragePool';
}

/**
 * The mean of each channel, the last axis, over all places of an example.
 *
 * Shapes   input [batch, ...axes, channels], output [batch, channels]
 * bprop    dInput = dOutput / places
 *
 * @throws {ShapeError} when the graph is built and an example is a single number.
 * @see Lin, Chen, Yan, "Network in network", ICLR 2014, section 3.2.
 * @example
 * sequential([conv2d(8, 3), relu(), globalAveragePool(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function globalAveragePool(options: NameOption = {}): GlobalAveragePool {
  return { kind: 'globalAveragePool', ...options };
}

/** How a globalAveragePool box computes. */
export const globalAveragePoolBox: BoxDefinition<GlobalAveragePool> = {
  children: 1,
  options: [],
  outputShape: (_, [input = []], where) => channelsShape(input, where),
  fprop: ({ kernels, inputs: [input], output }) => {
    const places = byPlaces(input as Tensor);
    return [kernels.sumAxis(places, 1, { tensor: output, beta: 0 }, 1 / (places.shape[1] as number))];
  },
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => {
    if (dInput === undefined) return [];
    const tensor = byPlaces(dInput.tensor);
    return [kernels.spreadAxis(dOutput, 1, { tensor, beta: dInput.beta }, 1 / (tensor.shape[1] as number))];
  },
};
