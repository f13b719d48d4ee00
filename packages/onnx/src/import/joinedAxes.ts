import { type Shape, sizeOf } from '@fluxion/tensor';
import type { OnnxNode } from './onnxNode.js';
import { dimsOf, dimText, Refusal, UNIT, type Value } from './value.js';

/**
 * A reshape after which, or before which, the minibatch is joined with another axis: PyTorch's attention makes batch · heads one
 * axis, and batch · steps another.
 *
 * @param target as ONNX says it: −1 for what remains, NaN for what the minibatch is in
 * @throws {Refusal} when the axis of the minibatch cannot be what the target says.
 */
export function reshapeJoined(node: OnnxNode, value: Value, target: Shape): Value {
  const [before, after] = aroundBatch(value);
  const lengths = (places: readonly number[]): Shape =>
    places.map((place) => (place === UNIT ? 1 : (value.shape[place - 1] as number)));
  const [outer, inner] = [sizeOf(lengths(before)), sizeOf(lengths(after))];
  const splits = places(target, value).flatMap(
    (place) => splitAt(target, place, outer, inner, node.batch) ?? [],
  );
  const split = (value.joined && splits.find(({ around, within }) => around * within === 1)) ?? splits[0];
  if (split === undefined) {
    throw new Refusal(
      `expected each example to be reshaped by itself, got [${dimsOf(value).map(dimText)}] to [${target.map(dimText)}]`,
    );
  }
  const { left, right, around, within } = split;
  const factor = around * within;
  const shape = [...left, ...(factor > 1 ? [factor] : []), ...right];
  const first = left.length + (factor > 1 ? 2 : 1);
  const { joined: _, ...rest } = value;
  const box = inOrder(node, value, [...before, ...after]);
  return {
    ...rest,
    box: node.graph.reshape(node.name, { ...rest, box }, shape),
    shape,
    layout: [...left.map((_, axis) => axis + 1), 0, ...right.map((_, axis) => axis + first)],
    ...(factor > 1 && { joined: { place: left.length + 1, isOuter: around > 1 } }),
  };
}

/** Where in a target the minibatch may be: the likeliest place first. */
function places(target: Shape, { layout }: Value): readonly number[] {
  const known = target.findIndex((length) => Number.isNaN(length));
  if (known >= 0) return [known];
  const all = [...target.keys()];
  return target.length === layout.length ? [layout.indexOf(0), ...all] : all;
}

/** A target with the minibatch in it: the lengths before and after, and how many times it is around and within its axis. */
interface Split {
  readonly left: Shape;
  readonly right: Shape;
  readonly around: number;
  readonly within: number;
}

function splitAt(
  target: Shape,
  place: number,
  outer: number,
  inner: number,
  batch: number | undefined,
): Split | undefined {
  const [left, given] = [target.slice(0, place), target.slice(place + 1)];
  const known = sizeOf(given.filter((length) => length !== -1));
  const right = given.map((length) => (length === -1 ? inner / known : length));
  const [around, within] = [outer / sizeOf(left), inner / sizeOf(right)];
  const isWhole = [...left, ...right, around, within].every(
    (length) => Number.isInteger(length) && length > 0,
  );
  if (!isWhole || (around > 1 && within > 1)) return undefined;
  const at = target[place] as number;
  const isBatch = Number.isNaN(at) || at === -1 || (batch !== undefined && at === around * within * batch);
  return isBatch ? { left, right, around, within } : undefined;
}

/** A product of matrices, one for each example and step of the axis that is joined with the minibatch. */
export function joinedProduct(node: OnnxNode, left: Value, right: Value): Value {
  const [a, b] = [left, right].map((value) => {
    const { layout, joined } = value;
    if (layout[0] !== 0 || layout.length !== 3 || joined === undefined || layout.includes(UNIT)) {
      throw new Refusal('expected matrices behind an axis of the minibatch and heads');
    }
    return { box: inOrder(node, value, [joined.place, layout[1] as number, layout[2] as number]), joined };
  }) as [
    { box: string; joined: NonNullable<Value['joined']> },
    { box: string; joined: NonNullable<Value['joined']> },
  ];
  if (a.joined.isOuter !== b.joined.isOuter)
    throw new Refusal('expected heads on the same side of the minibatch on both');
  const placed = node.graph.place(node.name, { kind: 'matmul' }, [a.box, b.box]);
  return {
    isConstant: false,
    isIndex: false,
    ...placed,
    layout: [0, 2, 3],
    joined: { place: 1, isOuter: a.joined.isOuter },
  };
}

/** The axes of the box that come before the minibatch in the ONNX value, and those after it. */
function aroundBatch({ layout, joined }: Value): readonly [readonly number[], readonly number[]] {
  const at = layout.indexOf(0);
  const [before, after] = [layout.slice(0, at), layout.slice(at + 1)];
  if (joined === undefined) return [before, after];
  return joined.isOuter ? [[...before, joined.place], after] : [before, [joined.place, ...after]];
}

/** The box with its axes in an order, without those of length 1 that it lacks. */
function inOrder(node: OnnxNode, { box }: Value, places: readonly number[]): string {
  const axes = places.filter((place) => place !== UNIT).map((place) => place - 1);
  if (axes.every((axis, i) => axis === i)) return box;
  return node.graph.place(`${node.name}/permute`, { kind: 'permute', axes }, [box]).box;
}
