import type { Linear } from '@fluxion/layers';
import type { BoxWriter } from '../boxWriter.js';
import { type BoxOperators, FLOAT } from '../boxWriter.js';

/** MatMul, and Add where there is a bias: x · weight + bias. */
export const linear: BoxOperators = (box: BoxWriter<Linear>) => {
  const product = box.add('MatMul', [box.input, box.parameter('weight')]);
  const { bias = true } = box.description;
  return bias ? box.add('Add', [product, box.parameter('bias')]) : product;
};

/** Gather of rows, where the index −1 has zeros. */
export const embedding: BoxOperators = (box) => {
  const { vectors, isThere } = gathered(box);
  return box.add('Mul', [vectors, isThere]);
};

/** Gather of rows, times their weights, and a sum. */
export const embeddingBag: BoxOperators = (box) => {
  const { vectors, isThere } = gathered(box);
  const [, weights] = box.children;
  const shares =
    weights === undefined
      ? isThere
      : box.add('Mul', [isThere, box.add('Unsqueeze', [weights, box.ints(-1)])]);
  return box.add('ReduceSum', [box.add('Mul', [vectors, shares]), box.ints(1)], { keepdims: 0 });
};

/** The rows of the indices, and 1 for those that are there, [batch, ...shape, 1]. */
function gathered(box: BoxWriter): { vectors: string; isThere: string } {
  const zero = box.ints(0);
  const vectors = box.add('Gather', [box.parameter('weight'), box.add('Max', [box.input, zero])]);
  const isLess = box.add('Less', [box.input, zero]);
  const isThere = box.add('Cast', [box.add('Not', [isLess])], { to: FLOAT });
  return { vectors, isThere: box.add('Unsqueeze', [isThere, box.ints(-1)]) };
}
