import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { expectEqualShapes } from '../expectEqualShapes.js';
import type { NameOption } from '../nameOption.js';

/** Description of a divide box. */
export interface Divide extends BoxDescription {
  readonly kind: 'divide';
}

/**
 * Quotient of its two children, element by element: output = left / right. Where right is 0 it is not finite, and so is the
 * loss above: keep the denominator away from 0, as by softplus() below it.
 *
 * Shapes   left, right and output [batch, ...shape], all the same
 * bprop    dLeft = dOutput / right;  dRight = −dOutput ⊙ output / right
 *
 * @throws {ShapeError} when the graph is built and the children's shapes differ.
 * @example
 * graph({ inputs: { a: [3], b: [3] }, boxes: { ratio: apply(divide(), 'a', 'b') }, outputs: ['ratio'] });
 */
export function divide(options: NameOption = {}): Divide {
  return { kind: 'divide', ...options };
}

/** How a divide box computes. */
export const divideBox: BoxDefinition<Divide> = {
  children: 2,
  options: [],
  mask: () => 'keeps',
  outputShape: (_, shapes, where) => expectEqualShapes(shapes, where),
  workspace: (_, __, shape) => ({ share: { shape, per: 'example' } }),
  fprop: ({ kernels, inputs: [left, right], output }) => [
    kernels.divide(left as Tensor, right as Tensor, { tensor: output, beta: 0 }),
  ],
  bprop({ kernels, inputs: [, right], output, workspace, dOutput, dInputs: [dLeft, dRight] }) {
    const share = workspace.share as Tensor;
    return [
      kernels.divide(dOutput, right as Tensor, { tensor: share, beta: 0 }),
      dLeft && kernels.copy(share, dLeft),
      dRight && kernels.copy(share, { tensor: share, beta: 0 }, -1),
      dRight && kernels.multiply(share, output, dRight),
    ];
  },
};
