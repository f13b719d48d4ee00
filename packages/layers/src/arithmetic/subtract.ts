import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { expectEqualShapes } from '../expectEqualShapes.js';
import type { NameOption } from '../nameOption.js';

/** Description of a subtract box. */
export interface Subtract extends BoxDescription {
  readonly kind: 'subtract';
}

/**
 * Difference of its two children: output = left − right.
 *
 * Shapes   left, right and output [batch, ...shape], all the same
 * bprop    dLeft = dOutput;  dRight = −dOutput
 *
 * @throws {ShapeError} when the graph is built and the children's shapes differ.
 * @example
 * graph({ inputs: { a: [3], b: [3] }, boxes: { difference: apply(subtract(), 'a', 'b') }, outputs: ['difference'] });
 */
export function subtract(options: NameOption = {}): Subtract {
  return { kind: 'subtract', ...options };
}

/** How a subtract box computes. */
export const subtractBox: BoxDefinition<Subtract> = {
  children: 2,
  options: [],
  mask: () => 'keeps',
  outputShape: (_, shapes, where) => expectEqualShapes(shapes, where),
  fprop: ({ kernels, inputs: [left, right], output }) => [
    kernels.copy(left as Tensor, { tensor: output, beta: 0 }),
    kernels.copy(right as Tensor, { tensor: output, beta: 1 }, -1),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dLeft, dRight] }) => [
    dLeft && kernels.copy(dOutput, dLeft),
    dRight && kernels.copy(dOutput, dRight, -1),
  ],
};
