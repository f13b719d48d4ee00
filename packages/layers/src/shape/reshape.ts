import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import {
  expectLengths,
  expectShape,
  type Shape,
  sizeOf,
  type Tensor,
  reshape as viewAs,
} from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a reshape box. */
export interface Reshape extends BoxDescription {
  readonly kind: 'reshape';
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
 * @throws {ShapeError} on a length that is none, and when the graph is built and the numbers of elements differ.
 * @example
 * sequential([reshape([28, 28, 1]), conv2d(8, 3)], { inputShape: [784] });
 */
export function reshape(shape: Shape, options: NameOption = {}): Reshape {
  expectLengths('reshape shape', shape);
  return { kind: 'reshape', shape: [...shape], ...options };
}

/** How a reshape box computes. */
export const reshapeBox: BoxDefinition<Reshape> = {
  children: 1,
  options: ['shape'],
  outputShape({ shape }, [input = []], where) {
    expectLengths(`${where} shape`, shape);
    if (sizeOf(shape) !== sizeOf(input)) {
      expectShape(`${where} input`, [sizeOf(shape)], input, `give a shape of ${sizeOf(input)} elements`);
    }
    return shape;
  },
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(viewAs(input as Tensor, output.shape), { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, { tensor: viewAs(dInput.tensor, dOutput.shape), beta: dInput.beta }),
  ],
};
