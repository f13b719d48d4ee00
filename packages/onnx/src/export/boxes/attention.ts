import type { MultiHeadAttention } from '@fluxion/layers';
import { tensor } from '@fluxion/tensor';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';

/** What a score becomes that must not be heard: its exponential beside any other is 0. */
const LEAST = -1e30;

/** Products of heads side by side: [batch, heads, length, numbers of a head]. */
export const multiHeadAttention: BoxOperators = (box: BoxWriter<MultiHeadAttention>) => {
  const { heads, causal = false, positions } = box.description;
  const [query, memory = query] = box.children as [string, string?];
  const [[length = 0, features = 0] = [], [steps = 0] = box.inputShape] = box.childShapes;
  const size = features / heads;
  const projected = (name: string, child: string, hasBias: boolean): string => {
    const product = box.add('MatMul', [child, box.parameter(`${name}Weight`)]);
    return hasBias ? box.add('Add', [product, box.parameter(`${name}Bias`)]) : product;
  };
  const split = (value: string, count: number): string => box.reshape(value, [count, heads, size]);

  const turned = (value: string, count: number): string =>
    positions === 'rotary' ? turnPairs(box, value, count, heads, size) : value;
  const queries = box.transpose(turned(split(projected('query', query, true), length), length), 0, 2, 1, 3);
  const keys = box.transpose(turned(split(projected('key', memory, false), steps), steps), 0, 2, 3, 1);
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

/** The numbers 2i and 2i + 1 of each head at step t turned by the angle t / 10000^(2i/size). */
function turnPairs(box: BoxWriter, value: string, steps: number, heads: number, size: number): string {
  const pairs = size / 2;
  const table = (of: (angle: number) => number): string => {
    const values = Array.from({ length: steps * pairs }, (_, i) =>
      of(Math.floor(i / pairs) / 10_000 ** ((2 * (i % pairs)) / size)),
    );
    return box.floats('rotary', tensor(values, [steps, 1, pairs, 1]));
  };
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const apart = box.reshape(value, [steps, heads, pairs, 2]);
  const part = (from: number): string =>
    box.add('Slice', [apart, box.ints(from), box.ints(from + 1), box.ints(-1)]);
  const [first, second] = [part(0), part(1)];
  const times = (a: string, b: string): string => box.add('Mul', [a, b]);
  const turnedFirst = box.add('Sub', [times(first, cos), times(second, sin)]);
  const turnedSecond = box.add('Add', [times(first, sin), times(second, cos)]);
  return box.reshape(box.add('Concat', [turnedFirst, turnedSecond], { axis: -1 }), [steps, heads, size]);
}
