import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { reshape, type Shape, sizeOf, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a flatten box. */
export interface Flatten extends BoxDescription {
  readonly kind: 'flatten';
}

/**
 * Each example as one vector, in row-major order.
 *
 * Shapes   input [batch, ...shape], output [batch, product of shape]
 * bprop    dInput = dOutput in the input's shape
 */
export function flatten(options: NameOption = {}): Flatten {
  return { kind: 'flatten', ...options };
}

/** How a flatten box computes. */
export const flattenBox: BoxDefinition<Flatten> = {
  children: 1,
  reshapes: true,
  options: [],
  outputShape: (_, [input]) => [sizeOf(input as Shape)],
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(reshape(input as Tensor, output.shape), { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, { tensor: reshape(dInput.tensor, dOutput.shape), beta: dInput.beta }),
  ],
};
