import type { Shape, Tensor } from '@fluxion/tensor';
import { constantOf, tensorOf } from '../constants.js';
import type { AnyBox } from '../graphImport.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { Refusal, UNIT, type Value } from '../value.js';

/** Convolutions and pools. ONNX has the channels first, boxes have them last. */
export const windows: Operators = {
  Conv(node) {
    const weight = node.constant(1);
    const [channels = 0, , ...kernel] = weight.shape;
    const input = channelsLast(node, kernel.length);
    const places = input.shape.slice(0, -1);
    const strides = node.ints('strides') ?? kernel.map(() => 1);
    const dilation = node.ints('dilations') ?? kernel.map(() => 1);
    const padding = paddingOf(node, places, kernel, strides, dilation);
    const isFlat = kernel.length === 1;
    const one = <T>(list: readonly T[]): T | readonly T[] => (isFlat ? (list[0] as T) : list);
    const description = {
      kind: isFlat ? 'conv1d' : 'conv2d',
      channels,
      kernel: one(kernel),
      stride: one(strides),
      dilation: one(dilation),
      padding: typeof padding === 'string' ? padding : one(padding),
      groups: node.int('group', 1),
    };
    const axes = kernel.map((_, axis) => axis + 2);
    const rows = constantOf(tensorOf(weight).transpose(...axes, 1, 0) as Tensor).values;
    const bias = node.optionalConstant(2)?.values;
    const output = node.graph.map(node.name, description, input, {
      weight: rows,
      bias: bias ?? new Float32Array(channels),
    });
    if (bias === undefined) node.graph.withoutBias.add(output.box);
    node.set(output);
  },

  MaxPool: (node) => pool(node, 'maxPool2d'),
  AveragePool: (node) => pool(node, 'averagePool2d'),
  GlobalAveragePool: (node) => globalPool(node, 'meanAxis'),
  GlobalMaxPool: (node) => globalPool(node, 'maxAxis'),
};

/** The first input as a sequence or picture with its channels last. */
function channelsLast(node: OnnxNode, places: number): Value {
  const value = node.value();
  if (places < 1 || places > 2 || value.layout.length !== places + 2) {
    throw new Refusal(`expected sequences or pictures, got ${value.layout.length - 2} axes of places`);
  }
  const axes = Array.from({ length: places }, (_, axis) => axis + 2);
  return node.graph.arranged(node.name, value, [0, ...axes, 1]);
}

function pool(node: OnnxNode, kind: string): void {
  const size = node.ints('kernel_shape') ?? [];
  const input = channelsLast(node, size.length);
  if (node.wants(1))
    throw new Refusal('expected the places of the largest to be of no use, got a use of them');
  const dilations = node.ints('dilations') ?? [];
  if (dilations.some((dilation) => dilation !== 1))
    throw new Refusal(`expected dilations of 1, got ${dilations}`);
  const strides = node.ints('strides') ?? size.map(() => 1);
  const places = input.shape.slice(0, -1);
  const padding = paddingOf(
    node,
    places,
    size,
    strides,
    size.map(() => 1),
  );
  if (padding === 'causal') throw new Refusal('expected as much padding after as before');
  const isPadded = padding === 'same' || padding.some((length) => length > 0);
  if (kind === 'averagePool2d' && node.int('count_include_pad', 0) !== 0 && isPadded) {
    throw new Refusal('expected means of what is inside alone, got count_include_pad');
  }
  if (node.int('ceil_mode', 0) !== 0) expectExact(places, size, strides, padding);
  const description = (of: (list: Shape, one: number) => Shape): AnyBox => ({
    kind,
    size: of(size, 1),
    stride: of(strides, 1),
    padding: padding === 'same' ? padding : of(padding, 0),
  });
  if (size.length === 2)
    return node.box(
      description((list) => list),
      input,
    );
  // A sequence is a picture of width 1.
  const [length = 0, channels = 0] = input.shape;
  const picture = node.graph.reshape(`${node.name}/picture`, input, [length, 1, channels]);
  const wide = description((list, one) => [...list, one]);
  const { box, shape } = node.graph.place(`${node.name}/pool`, wide, [picture]);
  const flat: Shape = [shape[0] as number, channels];
  node.set({ ...input, shape: flat, box: node.graph.reshape(node.name, { ...input, box, shape }, flat) });
}

/** Refuses windows that hang over the end, which there are with ceil_mode only. */
function expectExact(places: Shape, size: Shape, strides: Shape, padding: Shape | 'same'): void {
  if (padding === 'same') return;
  places.forEach((length, axis) => {
    const rest = length + 2 * (padding[axis] as number) - (size[axis] as number);
    if (rest % (strides[axis] as number) !== 0) {
      throw new Refusal('expected windows that end inside, got ceil_mode with one that hangs over');
    }
  });
}

/** The places of each channel taken together; their axes remain with the length 1. */
function globalPool(node: OnnxNode, kind: string): void {
  const value = node.value();
  let { box, shape } = node.graph.withLast(node.name, value, 1);
  while (shape.length > 1) {
    const description = { kind, axis: 0 };
    ({ box, shape } = node.graph.place(node.name, description, [box]));
  }
  node.set({ ...value, box, shape, layout: value.layout.map((_, axis) => (axis < 2 ? axis : UNIT)) });
}

/** The padding of windows, where it is the same on both sides, or as boxes know it otherwise. */
function paddingOf(
  node: OnnxNode,
  places: Shape,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
): Shape | 'same' | 'causal' {
  const auto = node.text('auto_pad', 'NOTSET');
  const reach = kernel.map((length, axis) => (dilations[axis] as number) * (length - 1));
  const totals = places.map((length, axis) => {
    const stride = strides[axis] as number;
    return Math.max((Math.ceil(length / stride) - 1) * stride + (reach[axis] as number) + 1 - length, 0);
  });
  if (auto === 'VALID') return kernel.map(() => 0);
  if (auto === 'SAME_UPPER') return 'same';
  if (auto === 'SAME_LOWER') {
    if (totals.every((total) => total % 2 === 0)) return 'same';
    throw new Refusal('expected auto_pad of SAME_UPPER, got SAME_LOWER');
  }
  const pads = node.ints('pads') ?? [...kernel, ...kernel].map(() => 0);
  const [before, after] = [pads.slice(0, kernel.length), pads.slice(kernel.length)];
  if (before.every((length, axis) => length === after[axis])) return before;
  const isSame = totals.every((total, axis) => {
    return before[axis] === Math.floor(total / 2) && after[axis] === Math.ceil(total / 2);
  });
  if (isSame) return 'same';
  if (kernel.length === 1 && before[0] === reach[0] && after[0] === 0) return 'causal';
  throw new Refusal(`expected as much padding after as before, got ${before} and ${after}`);
}
