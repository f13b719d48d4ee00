import type { Shape, Tensor } from '@fluxion/tensor';
import type { Constant } from '../../read/constant.js';
import { constantOf, tensorOf } from '../constants.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { dimsOf, Refusal, UNIT, type Value } from '../value.js';

/** Convolutions and pools. ONNX has the channels first, boxes have them last. */
export const windows: Operators = {
  Conv(node) {
    const weight = node.constant(1);
    const [channels = 0, , ...kernel] = weight.shape;
    const strides = node.ints('strides') ?? kernel.map(() => 1);
    const dilation = node.ints('dilations') ?? kernel.map(() => 1);
    const { input, padding } = padded(node, channelsLast(node, kernel.length), kernel, strides, dilation, 0);
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
    node.box({ ...description, ...biasOption(node) }, input, { weight: rows, ...biasOf(node) });
  },

  ConvTranspose(node) {
    const weight = node.constant(1);
    const [, perGroup = 0, ...kernel] = weight.shape;
    const groups = node.int('group', 1);
    const ones = kernel.map(() => 1);
    const [strides, dilation] = [node.ints('strides') ?? ones, node.ints('dilations') ?? ones];
    const input = channelsLast(node, kernel.length);
    const more = node.ints('output_padding') ?? kernel.map(() => 0);
    const { before, after } = transposedPads(node, input.shape, kernel, strides, dilation, more);
    const isEven = before.every((length, axis) => length === after[axis]);
    const isFlat = kernel.length === 1;
    const one = <T>(list: readonly T[]): T | readonly T[] => (isFlat ? (list[0] as T) : list);
    const description = {
      kind: isFlat ? 'convTranspose1d' : 'convTranspose2d',
      channels: perGroup * groups,
      kernel: one(kernel),
      stride: one(strides),
      dilation: one(dilation),
      padding: one(isEven ? before : kernel.map(() => 0)),
      outputPadding: one(more),
      groups,
    };
    const axes = kernel.map((_, axis) => axis + 2);
    const columns = constantOf(tensorOf(weight).transpose(0, ...axes, 1) as Tensor).values;
    const weights = { weight: columns, ...biasOf(node) };
    let output = node.graph.map(node.name, { ...description, ...biasOption(node) }, input, weights);
    // What is left out unevenly is cut off afterwards.
    for (const [axis, length] of (isEven ? [] : before).entries()) {
      const end = (output.shape[axis] as number) - (after[axis] as number);
      output = node.graph.map(`${node.name}/cut`, { kind: 'slice', axis, start: length, end }, output);
    }
    node.set(output);
  },

  Upsample: (node) =>
    resize(node, 'asymmetric', 'floor', node.floats('scales') ?? [...node.constant(1).values]),
  Resize(node) {
    const place = node.opset < 11 ? 1 : 2;
    const scales = node.optionalConstant(place);
    const sizes = node.optionalConstant(3);
    const dims = dimsOf(node.value());
    const given = sizes
      ? Array.from(sizes.values, (size, axis) =>
          dims[axis] === undefined || Number.isNaN(dims[axis]) ? 1 : size / (dims[axis] as number),
        )
      : [...(scales?.values ?? [])];
    const mode = node.opset < 11 ? 'asymmetric' : node.text('coordinate_transformation_mode', 'half_pixel');
    resize(node, mode, node.text('nearest_mode', node.opset < 11 ? 'floor' : 'round_prefer_floor'), given);
  },

  MaxPool: (node) => pool(node, 'maxPool'),
  AveragePool: (node) => pool(node, 'averagePool'),
  GlobalAveragePool: (node) => globalPool(node, 'globalAveragePool'),
  GlobalMaxPool: (node) => globalPool(node, 'globalMaxPool'),
};

function biasOf(node: OnnxNode): { readonly bias?: Constant['values'] } {
  const bias = node.optionalConstant(2)?.values;
  return bias === undefined ? {} : { bias };
}

function biasOption(node: OnnxNode): { readonly bias?: false } {
  return node.optional(2) === undefined ? { bias: false } : {};
}

/** The first input as a sequence or picture with its channels last. */
function channelsLast(node: OnnxNode, places: number): Value {
  const value = node.value();
  if (places < 1 || places > 2 || value.layout.length !== places + 2) {
    throw new Refusal(`expected sequences or pictures, got ${value.layout.length - 2} axes of places`);
  }
  const axes = Array.from({ length: places }, (_, axis) => axis + 2);
  return node.graph.arranged(node.name, value, [0, ...axes, 1]);
}

function pool(node: OnnxNode, kind: 'maxPool' | 'averagePool'): void {
  const size = node.ints('kernel_shape') ?? [];
  if (node.wants(1))
    throw new Refusal('expected the indices of the maxima to be unused, got a node that reads them');
  const ones = size.map(() => 1);
  const dilations = node.ints('dilations') ?? ones;
  if (dilations.some((dilation) => dilation !== 1))
    throw new Refusal(`expected dilations of 1, got ${dilations}`);
  const strides = node.ints('strides') ?? ones;
  const countsZeros = kind === 'averagePool' && node.int('count_include_pad', 0) !== 0;
  const beyond = kind === 'maxPool' ? -3.4028234663852886e38 : countsZeros ? 0 : undefined;
  const { input, padding } = padded(
    node,
    channelsLast(node, size.length),
    size,
    strides,
    ones,
    beyond,
    countsZeros,
  );
  if (padding === 'causal') throw new Refusal('expected as much padding after as before');
  const isFlat = size.length === 1;
  const one = (list: Shape): number | Shape => (isFlat ? (list[0] as number) : list);
  const description = {
    kind: `${kind}${isFlat ? '1d' : '2d'}`,
    size: one(size),
    stride: one(strides),
    padding: padding === 'same' ? padding : one(padding),
  };
  node.box(description, input);
}

/** Pictures made larger by whole factors. */
function resize(node: OnnxNode, mode: string, nearest: string, scales: readonly number[]): void {
  const input = channelsLast(node, 2);
  const [batch, channels, ...factor] = scales;
  if (batch !== 1 || channels !== 1 || !factor.every((scale) => Number.isInteger(scale) && scale >= 1)) {
    throw new Refusal(`expected pictures made larger by whole factors, got scales of ${scales}`);
  }
  const isNearest = node.text('mode', 'nearest') === 'nearest';
  const isHalfPixel = mode === 'half_pixel' || mode === 'pytorch_half_pixel';
  // With whole factors, each place by its centre lies in one old place, whatever becomes of halves.
  const isOwnPlace = mode === 'asymmetric' ? nearest === 'floor' : isHalfPixel && nearest.startsWith('round');
  if (isNearest ? !isOwnPlace : !(node.text('mode', 'nearest') === 'linear' && isHalfPixel)) {
    throw new Refusal(
      `expected nearest by the pixel that each place lies in, or linear by half_pixel, got ${node.text('mode', 'nearest')} by ${mode} and ${nearest}`,
    );
  }
  node.box({ kind: 'upsample2d', factor, interpolation: isNearest ? 'nearest' : 'bilinear' }, input);
}

/** What a transposed convolution leaves out before and after. */
function transposedPads(
  node: OnnxNode,
  input: Shape,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
  more: Shape,
): Around {
  const auto = node.text('auto_pad', 'NOTSET');
  const pads = node.ints('pads') ?? [...kernel, ...kernel].map(() => 0);
  const wanted = node.ints('output_shape');
  if ((auto === 'NOTSET' && wanted === undefined) || auto === 'VALID') {
    return { before: pads.slice(0, kernel.length), after: pads.slice(kernel.length) };
  }
  const totals = kernel.map((length, axis) => {
    const [steps, stride] = [input[axis] as number, strides[axis] as number];
    const whole =
      stride * (steps - 1) + (more[axis] as number) + (length - 1) * (dilations[axis] as number) + 1;
    return whole - (wanted?.slice(-kernel.length)[axis] ?? steps * stride);
  });
  if (totals.some((total) => total < 0))
    throw new Refusal('expected an output_shape that the windows cover, got a larger one');
  const [less, rest] = [
    totals.map((total) => Math.floor(total / 2)),
    totals.map((total) => Math.ceil(total / 2)),
  ];
  return auto === 'SAME_UPPER' ? { before: less, after: rest } : { before: rest, after: less };
}

/** The places of each channel taken together; their axes remain with the length 1. */
function globalPool(node: OnnxNode, kind: string): void {
  const value = node.value();
  const { box } = node.graph.withLast(node.name, value, 1);
  const layout = value.layout.map((_, axis) => (axis < 2 ? axis : UNIT));
  node.set({ ...value, ...node.graph.place(node.name, { kind }, [box]), layout });
}

/**
 * The input, and the padding of its windows. Where boxes do not know such a padding, it is put around the input before.
 *
 * @param beyond what is put around; undefined where nothing can be
 * @param isAlways whether it is put around in any case
 */
function padded(
  node: OnnxNode,
  input: Value,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
  beyond: number | undefined,
  isAlways = false,
): { readonly input: Value; readonly padding: Shape | 'same' | 'causal' } {
  const padding = paddingOf(node, input.shape.slice(0, -1), kernel, strides, dilations);
  if (!('before' in padding) && !isAlways) return { input, padding: padding.known };
  const around = 'before' in padding ? padding : known(padding.known, kernel);
  if (beyond === undefined) {
    throw new Refusal(`expected as much padding after as before, got ${around.before} and ${around.after}`);
  }
  const sides = around.before.map((before, axis) => [before, around.after[axis] as number]);
  if (sides.flat().every((length) => length === 0)) return { input, padding: kernel.map(() => 0) };
  const description = { kind: 'pad', around: [...sides, [0, 0]], value: beyond };
  return {
    input: node.graph.map(`${node.name}/pad`, description, input),
    padding: kernel.map(() => 0),
  };
}

interface Around {
  readonly before: Shape;
  readonly after: Shape;
}

function known(padding: Shape | 'same' | 'causal', kernel: Shape): Around {
  if (typeof padding !== 'string') return { before: padding, after: padding };
  throw new Refusal(`expected lengths of padding beside count_include_pad, got ${padding} of ${kernel}`);
}

/** The padding of windows: as boxes know it, or what goes before and after, with what the last window hangs over by. */
function paddingOf(
  node: OnnxNode,
  places: Shape,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
): { readonly known: Shape | 'same' | 'causal' } | Around {
  const auto = node.text('auto_pad', 'NOTSET');
  const reach = kernel.map((length, axis) => (dilations[axis] as number) * (length - 1));
  const totals = places.map((length, axis) => {
    const stride = strides[axis] as number;
    return Math.max((Math.ceil(length / stride) - 1) * stride + (reach[axis] as number) + 1 - length, 0);
  });
  const [less, more] = [
    totals.map((total) => Math.floor(total / 2)),
    totals.map((total) => Math.ceil(total / 2)),
  ];
  if (auto === 'VALID') return { known: kernel.map(() => 0) };
  const pads = node.ints('pads') ?? [...kernel, ...kernel].map(() => 0);
  const own = [pads.slice(0, kernel.length), pads.slice(kernel.length)] as const;
  const over = node.int('ceil_mode', 0) === 0 ? kernel.map(() => 0) : hanging(places, reach, strides, ...own);
  if (over.some((length) => length > 0) && node.int('count_include_pad', 0) !== 0) {
    throw new Refusal('expected count_include_pad of 0 beside windows that hang over, got 1');
  }
  const [before, after] =
    auto === 'SAME_UPPER'
      ? [less, more]
      : auto === 'SAME_LOWER'
        ? [more, less]
        : [own[0], own[1].map((length, axis) => length + (over[axis] as number))];
  if (before.every((length, axis) => length === after[axis])) return { known: before };
  if (before.join() === less.join() && after.join() === more.join()) return { known: 'same' };
  if (kernel.length === 1 && before[0] === reach[0] && after[0] === 0) return { known: 'causal' };
  return { before, after };
}

/** How far the last windows of ceil_mode hang over the end; one that would begin behind the places is left out. */
function hanging(places: Shape, reach: Shape, strides: Shape, before: Shape, after: Shape): Shape {
  return places.map((length, axis) => {
    const [stride, window] = [strides[axis] as number, (reach[axis] as number) + 1];
    const begin = before[axis] as number;
    const whole = begin + length + (after[axis] as number);
    const last = Math.ceil((whole - window) / stride) * stride;
    return Math.max((last < begin + length ? last : last - stride) + window - whole, 0);
  });
}
