import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { expectEqualShapes } from '../expectEqualShapes.js';
import type { NameOption } from '../nameOption.js';

/** Description of a multiply box. */
export interface Multiply extends BoxDescription {
  readonly kind: 'multiply';
}

/**
 * Product of its two children, element by element: output = left ⊙ right. With a sigmoid as one of them it is a gate.
 *
 * Shapes   left, right and output [batch, ...shape], all the same
 * bprop    dLeft = dOutput ⊙ right;  dRight = dOutput ⊙ left
 *
 * @throws {ShapeError} when the graph is built and the children's shapes differ.
 */
export function multiply(options: NameOption = {}): Multiply {
  return { kind: 'multiply', ...options };
}

/** How a multiply box computes. */
export const multiplyBox: BoxDefinition<Multiply> = {
  children: 2,
  options: [],
  mask: () => 'keeps',
  outputShape: (_, shapes, where) => expectEqualShapes(shapes, where),
  fprop: ({ kernels, inputs: [left, right], output }) => [
    kernels.multiply(left as Tensor, right as Tensor, { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, inputs: [left, right], dOutput, dInputs: [dLeft, dRight] }) => [
    dLeft && kernels.multiply(dOutput, right as Tensor, dLeft),
    dRight && kernels.multiply(dOutput, left as Tensor, dRight),
  ],
};
