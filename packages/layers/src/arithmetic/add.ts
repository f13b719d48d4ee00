import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectEqualShapes } from '../expectEqualShapes.js';
import type { NameOption } from '../nameOption.js';

/** Description of an add box. */
export interface Add extends BoxDescription {
  readonly kind: 'add';
}

/**
 * Sum of its children: output = Σ inputᵢ. With the input of a box as one child and its output as another it is a skip
 * connection.
 *
 * Shapes   inputs and output [batch, ...shape], all the same
 * bprop    dInputᵢ = dOutput
 *
 * @throws {ShapeError} when the graph is built and the children's shapes differ.
 */
export function add(options: NameOption = {}): Add {
  return { kind: 'add', ...options };
}

/** How an add box computes. */
export const addBox: BoxDefinition<Add> = {
  children: 'oneOrMore',
  options: [],
  mask: () => 'keeps',
  outputShape: (_, shapes, where) => expectEqualShapes(shapes, where),
  fprop: ({ kernels, inputs, output }) =>
    inputs.map((input, i) => kernels.copy(input, { tensor: output, beta: i === 0 ? 0 : 1 })),
  bprop: ({ kernels, dOutput, dInputs }) => dInputs.map((dInput) => dInput && kernels.copy(dOutput, dInput)),
};
