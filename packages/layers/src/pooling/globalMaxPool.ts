import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { byPlaces, channelsShape } from './places.js';

/** Description of a globalMaxPool box. */
export interface GlobalMaxPool extends BoxDescription {
  readonly kind: 'globalMaxPool';
}

/**
 * The largest of each channel, the last axis, over all places of an example.
 *
 * Shapes   input [batch, ...axes, channels], output [batch, channels]
 * bprop    dInput = dOutput where the largest was, the first of several; 0 elsewhere
 *
 * @throws {ShapeError} when the graph is built and an example is a single number.
 * @see Oquab, Bottou, Laptev, Sivic, "Is object localization for free?", CVPR 2015, section 3.
 * @example
 * sequential([conv2d(8, 3), relu(), globalMaxPool(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function globalMaxPool(options: NameOption = {}): GlobalMaxPool {
  return { kind: 'globalMaxPool', ...options };
}

/** How a globalMaxPool box computes. */
export const globalMaxPoolBox: BoxDefinition<GlobalMaxPool> = {
  children: 1,
  options: [],
  outputShape: (_, [input = []], where) => channelsShape(input, where),
  workspace: (_, __, shape) => ({ places: { shape, per: 'example' } }),
  fprop: ({ kernels, inputs: [input], workspace, output }) => [
    kernels.maxAxis(byPlaces(input as Tensor), 1, output, workspace.places as Tensor),
  ],
  bprop: ({ kernels, workspace, dOutput, dInputs: [dInput] }) => [
    dInput &&
      kernels.maxAxisGradient(workspace.places as Tensor, dOutput, 1, {
        tensor: byPlaces(dInput.tensor),
        beta: dInput.beta,
      }),
  ],
};
