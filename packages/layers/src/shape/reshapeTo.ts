import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectLengths, expectShape, reshape, type Shape, sizeOf, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a reshapeTo box. */
export interface ReshapeTo extends BoxDescription {
  readonly kind: 'reshapeTo';
  /** Shape of one example of the output. */
  readonly shape: Shape;
}

/**
 * Each example in another shape, its elements in row-major order.
 *
 * Shapes   input [batch, ...any], output [batch, ...shape], of as many elements
 * bprop    dInput = dOutput in the input's shape
 *
 * @param shape of one example
 * @throws {ShapeError} on an invalid length, and when the graph is built and the numbers of elements differ.
 * @example
 * sequential([reshapeTo([28, 28, 1]), conv2d(8, 3)], { inputShape: [784] });
 */
export function reshapeTo(shape: Shape, options: NameOption = {}): ReshapeTo {
  expectLengths('reshapeTo shape', shape);
  return { kind: 'reshapeTo', shape: [...shape], ...options };
}

/** How a reshapeTo box computes. */
export const reshapeToBox: BoxDefinition<ReshapeTo> = {
  children: 1,
  reshapes: true,
  options: ['shape'],
  outputShape({ shape }, [input = []], where) {
    expectLengths(`${where} shape`, shape);
    if (sizeOf(shape) !== sizeOf(input)) {
      expectShape(`${where} input`, [sizeOf(shape)], input, `give a shape of ${sizeOf(input)} elements`);
    }
    return shape;
  },
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(reshape(input as Tensor, output.shape), { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, { tensor: reshape(dInput.tensor, dOutput.shape), beta: dInput.beta }),
  ],
};
