import type { MultiHeadAttention } from '@fluxion/layers';
import { tensor } from '@fluxion/tensor';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';

/** What a score becomes that must not be heard: its exponential beside any other is 0. */
const LEAST = -1e30;

/** Products of heads side by side: [batch, heads, length, numbers of a head]. */
export const multiHeadAttention: BoxOperators = (box: BoxWriter<MultiHeadAttention>) => {
  const { heads, causal = false } = box.description;
  const [query, memory = query] = box.children as [string, string?];
  const [[length = 0, features = 0] = [], [steps = 0] = box.inputShape] = box.childShapes;
  const size = features / heads;
  const projected = (name: string, child: string, hasBias: boolean): string => {
    const product = box.add('MatMul', [child, box.parameter(`${name}Weight`)]);
    return hasBias ? box.add('Add', [product, box.parameter(`${name}Bias`)]) : product;
  };
  const split = (value: string, count: number): string => box.reshape(value, [count, heads, size]);

  const queries = box.transpose(split(projected('query', query, true), length), 0, 2, 1, 3);
  const keys = box.transpose(split(projected('key', memory, false), steps), 0, 2, 3, 1);
  const values = box.transpose(split(projected('value', memory, true), steps), 0, 2, 1, 3);
  let scores = box.add('Mul', [box.add('MatMul', [queries, keys]), box.number(1 / Math.sqrt(size))]);
  const mask = box.masks[box.children.length - 1];
  if (mask !== undefined) {
    scores = box.add('Where', [box.condition(mask, 1, 1, steps), scores, box.number(LEAST)]);
  }
  if (causal) {
    const isEarlier = Array.from({ length: length * length }, (_, i) =>
      i % length > Math.floor(i / length) ? 0 : 1,
    );
    const counts = box.condition(
      box.floats('causal', tensor(isEarlier, [1, length * length])),
      1,
      length,
      length,
    );
    scores = box.add('Where', [counts, scores, box.number(LEAST)]);
  }
  const heard = box.add('MatMul', [box.add('Softmax', [scores], { axis: -1 }), values]);
  const context = box.reshape(box.transpose(heard, 0, 2, 1, 3), [length, features]);
  return projected('output', context, true);
};
