import type { Shape } from '@fluxion/tensor';
import { commonDims, ofRank, stretched } from '../broadcast.js';
import { constantBox } from '../constantBox.js';
import { single } from '../constants.js';
import { reshapeJoined } from '../joinedAxes.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { stepsOf, takeSteps } from '../steps.js';
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

  Pad(node) {
    if (node.text('mode', 'constant') !== 'constant')
      throw new Refusal(`expected the mode constant, got ${node.text('mode', '')}`);
    const pads = node.list('pads', 1) ?? [];
    const given = node.optionalConstant(2);
    const filler = given === undefined ? node.float('value', 0) : single(given);
    const value = node.graph.plain(node.name, node.value());
    const rank = value.layout.length;
    const axes = (node.list('axes', 3) ?? value.layout.map((_, axis) => axis)).map((axis) =>
      axisIn(axis, rank),
    );
    if (pads.length !== 2 * axes.length)
      throw new Refusal(`expected 2 pads of each of ${axes.length} axes, got ${pads.length}`);
    const aroundAll = value.layout.map(() => [0, 0]);
    axes.forEach((axis, i) => {
      aroundAll[axis] = [pads[i] as number, pads[i + axes.length] as number];
    });
    const [ofMinibatch = [], ...around] = aroundAll;
    if (ofMinibatch.some((pad) => pad !== 0))
      throw new Refusal('expected examples to be padded, got the minibatch');
    node.box({ kind: 'pad', around, value: filler }, value);
  },

  DepthToSpace(node) {
    const value = node.graph.plain(node.name, node.value());
    const [channels = 0, height = 0, width = 0] = value.shape;
    const size = node.int('blocksize', 1);
    const depth = channels / size ** 2;
    const isColumns = node.text('mode', 'DCR') === 'CRD';
    const [apart, axes] = isColumns
      ? [
          [depth, size, size, height, width],
          [0, 3, 1, 4, 2],
        ]
      : [
          [size, size, depth, height, width],
          [2, 3, 0, 4, 1],
        ];
    moved(node, value, apart, axes, [depth, height * size, width * size]);
  },

  SpaceToDepth(node) {
    const value = node.graph.plain(node.name, node.value());
    const [channels = 0, height = 0, width = 0] = value.shape;
    const size = node.int('blocksize', 1);
    const apart = [channels, height / size, size, width / size, size];
    moved(node, value, apart, [2, 4, 0, 1, 3], [channels * size ** 2, height / size, width / size]);
  },

  Expand(node) {
    const target = [...node.constant(1).values];
    const value = ofRank(node.value(), target.length);
    const dims = dimsOf(value);
    const full = [...dims.slice(0, dims.length - target.length), ...target].map((length, axis) =>
      length === 1 || Number.isNaN(dims[axis]) ? (dims[axis] as number) : length,
    );
    const at = target[batchAxisOf(value) - (dims.length - target.length)] ?? 1;
    if (at !== 1 && at !== node.batch && !Number.isNaN(at))
      throw new Refusal('expected the size of the minibatch to stay as it is');
    node.set(stretched(node.graph, node.name, value, commonDims([dims, full])));
  },

  Concat(node) {
    const first = node.inputs.find((known) => !known.isConstant);
    if (first === undefined) throw new Refusal('expected a value of the graph, got constants alone');
    const axis = axisIn(node.int('axis', 1), first.layout.length);
    const batch = batchAxisOf(first);
    if (axis === batch) throw new Refusal('expected an axis of one example, got that of the minibatch');
    const dims = dimsOf(first);
    const isFull = first.layout.length === first.shape.length + 1;
    const order = [...dims.keys()];
    const axes = isFull
      ? order.toSorted((a, b) => (first.layout[a] as number) - (first.layout[b] as number))
      : [batch, ...order.filter((at) => at !== batch)];
    const base = node.graph.arranged(node.name, first, axes);
    const boxes = node.inputs.map((known) => {
      if (dimsOf(known).length !== dims.length)
        throw new Refusal('expected values with the same number of axes');
      if (known === first) return base.box;
      return known.isConstant
        ? constantBox(node, base, known, axes)
        : node.graph.arranged(node.name, known, axes).box;
    });
    const place = axes.indexOf(axis) - 1;
    node.set({ ...base, ...node.graph.place(node.name, { kind: 'concat', axis: place }, boxes) });
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
    axes.forEach((given, i) => {
      const axis = axisIn(given, value.layout.length);
      const dim = dimsOf(value)[axis] as number;
      const [start, end, step] = [starts[i] as number, ends[i] as number, steps[i] as number];
      if (Number.isNaN(dim)) {
        if (start === 0 && end >= 2 ** 31 - 1 && step === 1) return;
        throw new Refusal('expected steps of one example, got some of the minibatch');
      }
      const taken = stepsOf(dim, start, end, step);
      if (taken.length === dim && step === 1) return;
      const { full, place } = axisOf(node, value, axis);
      value = takeSteps(node, full, place, taken);
    });
    node.set(value);
  },
};

/** Places and channels exchanged: apart, in another order, and together again. */
function moved(node: OnnxNode, value: Value, apart: Shape, axes: readonly number[], together: Shape): void {
  if (!apart.every(Number.isInteger)) throw new Refusal('expected channels or places that the blocks divide');
  const parts = node.graph.reshape(`${node.name}/apart`, value, apart);
  const { box, shape } = node.graph.place(`${node.name}/permute`, { kind: 'permute', axes }, [parts]);
  node.set({
    ...value,
    shape: together,
    box: node.graph.reshape(node.name, { ...value, box, shape }, together),
  });
}

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
  if (value.joined !== undefined) {
    node.set(reshapeJoined(node, value, target));
    return;
  }
  const dims = dimsOf(value);
  const batch = batchAxisOf(value);
  const full = target.map((length, axis) => (length === 0 && !hasZeros ? (dims[axis] as number) : length));
  // Axes of length 1 before the minibatch are nothing to keep.
  const isAlone = dims.slice(0, batch).every((length) => length === 1);
  const places = isAlone && batch > 0 ? [batch, 0] : [batch];
  for (const place of places) {
    const shape = exampleShape(full, place, dims.slice(0, place), dims.slice(batch + 1), node.batch);
    if (shape === undefined) continue;
    const plain = node.graph.plain(node.name, value);
    const box = node.graph.reshape(node.name, plain, shape);
    const layout = shape.map((_, axis) => axis + 1).toSpliced(place, 0, 0);
    node.set({ ...plain, box, shape, layout });
    return;
  }
  node.set(reshapeJoined(node, value, full));
}

/**
 * The shape of one example, where a target has the minibatch at a place; undefined where it does not.
 *
 * @param before lengths that are kept
 * @param after lengths that become others
 */
function exampleShape(
  target: Shape,
  place: number,
  before: Shape,
  after: Shape,
  batch: number | undefined,
): Shape | undefined {
  const product = (lengths: Shape): number => lengths.reduce((size, length) => size * length, 1);
  const [at, rest] = [target[place] ?? 0, target.slice(place + 1)];
  const size = product(after);
  const known = product(rest.filter((length) => length !== -1));
  const solved = rest.map((length) => (length === -1 ? size / known : length));
  const isBatch = Number.isNaN(at) || at === batch || (at === -1 && !rest.includes(-1));
  const isKept = before.every((length, axis) => target[axis] === length);
  const isWhole =
    solved.every((length) => Number.isInteger(length) && length > 0) && product(solved) === size;
  return isBatch && isKept && isWhole ? [...before, ...solved] : undefined;
}
