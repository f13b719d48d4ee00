import type { Shape } from '@fluxion/tensor';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { axisIn, batchAxisOf, dimsOf, Refusal, UNIT, type Value } from '../value.js';

export const shape: Operators = {
  Transpose(node) {
    const value = node.value();
    const perm = node.ints('perm') ?? value.layout.map((_, axis) => axis).toReversed();
    if (perm.length !== value.layout.length)
      throw new Refusal(`expected ${value.layout.length} axes, got ${perm}`);
    node.set({ ...value, layout: perm.map((axis) => value.layout[axisIn(axis, perm.length)] as number) });
  },

  Unsqueeze(node) {
    const value = node.value();
    const axes = node.list('axes', 1) ?? [];
    const rank = value.layout.length + axes.length;
    const layout = [...value.layout];
    for (const axis of axes.map((axis) => axisIn(axis, rank)).toSorted((a, b) => a - b))
      layout.splice(axis, 0, UNIT);
    node.set({ ...value, layout });
  },

  Squeeze(node) {
    const value = node.value();
    const dims = dimsOf(value);
    const axes = (node.list('axes', 1) ?? dims.flatMap((dim, axis) => (dim === 1 ? [axis] : []))).map(
      (axis) => axisIn(axis, dims.length),
    );
    node.set(squeezed(node, value, axes));
  },

  Flatten(node) {
    const value = node.value();
    const axis = node.int('axis', 1);
    if (axis !== 1 && axis !== 1 - value.layout.length) {
      throw new Refusal(`expected each example to be flattened, axis 1, got ${axis}`);
    }
    reshape(node, value, [0, -1]);
  },

  Reshape(node) {
    const target = node.list('shape', 1);
    if (target === undefined) throw new Refusal('expected a constant shape, got none');
    reshape(node, node.value(), target, node.int('allowzero', 0) !== 0);
  },

  Concat(node) {
    const values = node.inputs.map((_, place) => node.value(place));
    const [first] = values as [Value];
    const axis = axisIn(node.int('axis', 1), first.layout.length);
    const batch = batchAxisOf(first);
    if (axis === batch) throw new Refusal('expected an axis of one example, got that of the minibatch');
    const dims = dimsOf(first);
    const isFull = first.layout.length === first.shape.length + 1;
    const order = [...dims.keys()];
    const axes = isFull
      ? order.toSorted((a, b) => (first.layout[a] as number) - (first.layout[b] as number))
      : [batch, ...order.filter((at) => at !== batch)];
    const parts = values.map((value) => {
      if (value.layout.length !== dims.length) throw new Refusal('expected values of as many axes');
      return node.graph.arranged(node.name, value, axes);
    });
    const place = axes.indexOf(axis) - 1;
    const boxes = parts.map(({ box }) => box);
    const placed = node.graph.place(node.name, { kind: 'concat', axis: place }, boxes);
    node.set({ ...(parts[0] as Value), ...placed });
  },

  Split(node) {
    const value = node.value();
    const axis = axisIn(node.int('axis', 0), value.layout.length);
    const { full, place, length } = axisOf(node, value, axis);
    const count = node.outputCount;
    const even = Math.ceil(length / count);
    const lengths =
      node.list('split', 1) ?? Array.from({ length: count }, (_, i) => Math.min(even, length - i * even));
    let start = 0;
    lengths.forEach((part, i) => {
      const slice = { kind: 'slice', axis: place, start, end: start + part };
      if (node.output(i) !== '') node.set(node.graph.map(node.output(i), slice, full), i);
      start += part;
    });
    if (start !== length) throw new Refusal(`expected parts of ${length} steps together, got ${lengths}`);
  },

  Slice(node) {
    let value = node.value();
    const [starts, ends] = [node.list('starts', 1), node.list('ends', 2)];
    if (starts === undefined || ends === undefined) throw new Refusal('expected constant starts and ends');
    const axes = node.list('axes', 3) ?? starts.map((_, axis) => axis);
    const steps = node.list('steps', 4) ?? starts.map(() => 1);
    if (steps.some((step) => step !== 1)) throw new Refusal(`expected steps of 1, got ${steps}`);
    axes.forEach((given, i) => {
      const axis = axisIn(given, value.layout.length);
      const dim = dimsOf(value)[axis] as number;
      const within = (at: number): number => Math.min(Math.max(at < 0 ? at + dim : at, 0), dim);
      if (Number.isNaN(dim)) {
        if (starts[i] === 0 && (ends[i] as number) >= 2 ** 31 - 1) return;
        throw new Refusal('expected steps of one example, got some of the minibatch');
      }
      const [start, end] = [within(starts[i] as number), within(ends[i] as number)];
      if (start === 0 && end === dim) return;
      const { full, place } = axisOf(node, value, axis);
      value = node.graph.map(node.name, { kind: 'slice', axis: place, start, end }, full);
    });
    node.set(value);
  },
};

/** An axis of the ONNX value as one of the box. */
function axisOf(node: OnnxNode, value: Value, axis: number): { full: Value; place: number; length: number } {
  const full = value.layout[axis] === UNIT ? node.graph.plain(node.name, value) : value;
  const place = (full.layout[axis] as number) - 1;
  if (place < 0) throw new Refusal('expected an axis of one example, got that of the minibatch');
  return { full, place, length: full.shape[place] as number };
}

/** The value without axes of length 1. */
function squeezed(node: OnnxNode, value: Value, axes: readonly number[]): Value {
  const dims = dimsOf(value);
  const wrong = axes.find((axis) => dims[axis] !== 1);
  if (wrong !== undefined) throw new Refusal(`expected axis ${wrong} of length 1, got another`);
  const places = axes.map((axis) => value.layout[axis] as number).filter((place) => place !== UNIT);
  const layout = value.layout
    .filter((_, axis) => !axes.includes(axis))
    .map((at) => at - places.filter((place) => place < at).length);
  const rest = value.shape.filter((_, axis) => !places.includes(axis + 1));
  if (places.length === 0) return { ...value, layout };
  return { ...value, shape: rest, layout, box: node.graph.reshape(node.name, value, rest) };
}

/**
 * Each example in another shape. The axes before that of the minibatch stay, as in time-major sequences.
 *
 * @param target as ONNX says it: 0 for as it is, −1 for what remains, NaN for the minibatch
 */
function reshape(node: OnnxNode, value: Value, target: Shape, hasZeros = false): void {
  const dims = dimsOf(value);
  const batch = batchAxisOf(value);
  const full = target.map((length, axis) => (length === 0 && !hasZeros ? (dims[axis] as number) : length));
  const leading = dims.slice(0, batch);
  const rest = full.slice(batch + 1);
  const size = dims.slice(batch + 1).reduce((product, length) => product * length, 1);
  const known = rest.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const solved = rest.map((length) => (length === -1 ? size / known : length));
  const at = full[batch] as number;
  const isBatch = Number.isNaN(at) || at === node.batch || (at === -1 && !rest.includes(-1));
  const isWhole =
    solved.every((length) => Number.isInteger(length) && length > 0) &&
    solved.reduce((product, length) => product * length, 1) === size &&
    rest.filter((length) => length === -1).length <= 1;
  if (
    full.length <= batch ||
    !isBatch ||
    !isWhole ||
    !leading.every((length, axis) => full[axis] === length)
  ) {
    throw new Refusal(
      `expected each example to be reshaped by itself, got [${dims.map(dimText)}] to [${target.map(dimText)}]`,
    );
  }
  const plain = node.graph.plain(node.name, value);
  const shape = [...leading, ...solved];
  const box = node.graph.reshape(node.name, plain, shape);
  const layout = shape.map((_, axis) => axis + 1).toSpliced(batch, 0, 0);
  node.set({ ...plain, box, shape, layout });
}

function dimText(dim: number): string {
  return Number.isNaN(dim) ? 'batch' : `${dim}`;
}
