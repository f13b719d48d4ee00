import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, reshape, type Tensor } from '@fluxion/tensor';
import { expectEqualShapes } from '../expectEqualShapes.js';
import type { NameOption } from '../nameOption.js';

/** Description of a dot box. */
export interface Dot extends BoxDescription {
  readonly kind: 'dot';
}

/**
 * Scalar product of its two children along the last axis: output = Σⱼ leftⱼ rightⱼ, as of a user's vector and an item's.
 *
 * Shapes   left and right [batch, ...axes, features], output [batch, ...axes, 1]
 * bprop    dLeft = dOutput · right;  dRight = dOutput · left
 *
 * @throws {ShapeError} when the graph is built and the children's shapes differ, or are those of single numbers.
 * @example
 * graph({
 *   inputs: { user: { shape: [1], indices: 1000 }, item: { shape: [1], indices: 500 } },
 *   boxes: {
 *     taste: apply(embedding(8), 'user'),
 *     nature: apply(embedding(8), 'item'),
 *     match: apply(dot(), 'taste', 'nature'),
 *   },
 *   outputs: ['match'],
 * });
 */
export function dot(options: NameOption = {}): Dot {
  return { kind: 'dot', ...options };
}

/** How a dot box computes. */
export const dotBox: BoxDefinition<Dot> = {
  children: 2,
  options: [],
  outputShape(_, shapes, where) {
    const shape = expectEqualShapes(shapes, where);
    if (shape.length === 0) expectShape(`${where} child 1`, ['features'], shape, 'give it vectors');
    return [...shape.slice(0, -1), 1];
  },
  fprop: ({ kernels, inputs: [left, right], output }) => [
    kernels.dotEachRow(left as Tensor, right as Tensor, { tensor: asVector(output), beta: 0 }),
  ],
  bprop: ({ kernels, inputs: [left, right], dOutput, dInputs: [dLeft, dRight] }) => [
    dLeft && kernels.scaleEachRow(right as Tensor, asVector(dOutput), dLeft),
    dRight && kernels.scaleEachRow(left as Tensor, asVector(dOutput), dRight),
  ],
};

function asVector(view: Tensor): Tensor {
  return reshape(view, [view.size]);
}
