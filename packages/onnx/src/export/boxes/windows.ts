import type { BoxDescription } from '@fluxion/graph';
import type {
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  Pool1d,
  Pool2d,
  Size,
  Upsample2d,
} from '@fluxion/layers';
import { reshape, type Shape, type Tensor, tensor } from '@fluxion/tensor';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';

/** Channels come first in ONNX: transposed there, and back. */
export const conv2d: BoxOperators = (box: BoxWriter<Conv2d>) => {
  const { kernel, stride = 1, padding = 0, dilation = 1, groups = 1 } = box.description;
  const [strides, dilations, lengths] = [pair(stride), pair(dilation), pair(kernel)];
  return channelsFirst(box, (input) =>
    box.add('Conv', [input, weightOf(box, lengths), ...biasOf(box)], {
      group: groups,
      kernel_shape: lengths,
      strides,
      dilations,
      pads: padsOf(box, lengths, strides, dilations, padding === 'same' ? padding : pair(padding)),
    }),
  );
};

export const conv1d: BoxOperators = (box: BoxWriter<Conv1d>) => {
  const { kernel, stride = 1, padding = 0, dilation = 1, groups = 1 } = box.description;
  const before = padding === 'causal' ? dilation * (kernel - 1) : padding;
  const pads =
    padding === 'causal'
      ? [before as number, 0]
      : padsOf(box, [kernel], [stride], [dilation], before === 'same' ? before : [before]);
  return channelsFirst(box, (input) =>
    box.add('Conv', [input, weightOf(box, [kernel]), ...biasOf(box)], {
      group: groups,
      kernel_shape: [kernel],
      strides: [stride],
      dilations: [dilation],
      pads,
    }),
  );
};

export const convTranspose2d: BoxOperators = (box: BoxWriter<ConvTranspose2d>) => {
  const { kernel, stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = box.description;
  const given = padding === 'same' ? padding : pair(padding);
  return transposed(box, pair(kernel), pair(stride), pair(dilation), groups, given, pair(outputPadding));
};

export const convTranspose1d: BoxOperators = (box: BoxWriter<ConvTranspose1d>) => {
  const { kernel, stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = box.description;
  const given = padding === 'same' ? padding : [padding];
  return transposed(box, [kernel], [stride], [dilation], groups, given, [outputPadding]);
};

function biasOf(box: BoxWriter<BoxDescription & { readonly bias?: boolean }>): readonly string[] {
  return box.description.bias === false ? [] : [box.parameter('bias')];
}

function transposed(
  box: BoxWriter,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
  groups: number,
  padding: Shape | 'same',
  more: Shape,
): string {
  const weight = box.valuesOf('weight');
  const [from, size] = weight.shape as [number, number];
  const places = kernel.reduce((product, length) => product * length, 1);
  const byPlace = reshape(weight, [from, ...kernel, size / places]);
  const rank = kernel.length;
  const ordered = byPlace.transpose(0, rank + 1, ...kernel.map((_, axis) => axis + 1)) as Tensor;
  // Where windows do not reach the end of what `same` makes, as many places are added there.
  const missing = kernel.map((length, axis) => {
    const reach = (dilations[axis] as number) * (length - 1) + 1;
    return padding === 'same' ? Math.max((strides[axis] as number) - reach, 0) : (more[axis] as number);
  });
  // The convolution that goes the other way.
  const other = { inputShape: box.shape, shape: box.inputShape };
  return channelsFirst(box, (input) =>
    box.add('ConvTranspose', [input, box.parameter('weight', ordered), ...biasOf(box)], {
      group: groups,
      kernel_shape: kernel,
      strides,
      dilations,
      output_padding: missing,
      pads: padsOf(other, kernel, strides, dilations, padding),
    }),
  );
}

/** A picture made larger: the nearest place, or the four around. */
export const upsample2d: BoxOperators = (box: BoxWriter<Upsample2d>) => {
  const { factor, interpolation = 'nearest' } = box.description;
  const scales = box.floats('scales', tensor([1, 1, ...pair(factor)]));
  const attributes =
    interpolation === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  return channelsFirst(box, (input) => box.add('Resize', [input, '', scales], attributes));
};

export const maxPool1d: BoxOperators = (box: BoxWriter<Pool1d>) => pool(box, 'MaxPool', list);
export const maxPool2d: BoxOperators = (box: BoxWriter<Pool2d>) => pool(box, 'MaxPool', pair);
export const averagePool1d: BoxOperators = (box: BoxWriter<Pool1d>) => pool(box, 'AveragePool', list);
export const averagePool2d: BoxOperators = (box: BoxWriter<Pool2d>) => pool(box, 'AveragePool', pair);

function pool<S extends Size>(
  box: BoxWriter<BoxDescription & { size: S; stride?: S; padding?: S | 'same' }>,
  type: string,
  each: (size: S) => Shape,
): string {
  const { size, stride = size, padding } = box.description;
  const [lengths, strides] = [each(size), each(stride)];
  const ones = lengths.map(() => 1);
  const around = padding === undefined ? lengths.map(() => 0) : padding === 'same' ? padding : each(padding);
  const pads = padsOf(box, lengths, strides, ones, around);
  return channelsFirst(box, (input) => box.add(type, [input], { kernel_shape: lengths, strides, pads }));
}

/** The largest over all places of a channel. */
export const globalMaxPool: BoxOperators = (box) => globalPool(box, 'ReduceMax');
/** The mean over all places of a channel. */
export const globalAveragePool: BoxOperators = (box) => globalPool(box, 'ReduceMean');

function globalPool(box: BoxWriter, type: string): string {
  const axes = box.inputShape.slice(0, -1).map((_, axis) => axis + 1);
  return axes.length === 0
    ? box.add('Identity', [box.input])
    : box.add(type, [box.input], { axes, keepdims: 0 });
}

/** The axes of an example, its channels first, and back. */
export function channelsFirst(box: BoxWriter, write: (input: string) => string): string {
  const rank = box.inputShape.length;
  const places = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  const output = write(box.transpose(box.input, 0, rank, ...places));
  return box.transpose(output, 0, ...places.map((axis) => axis + 1), 1);
}

/** A weight [places · in, out] as ONNX has it, [out, in, ...places]. */
function weightOf(box: BoxWriter, kernel: Shape): string {
  const weight = box.valuesOf('weight');
  const [size, channels] = weight.shape as [number, number];
  const places = kernel.reduce((product, length) => product * length, 1);
  const byPlace = reshape(weight, [...kernel, size / places, channels]);
  const rank = kernel.length;
  return box.parameter(
    'weight',
    byPlace.transpose(rank + 1, rank, ...kernel.map((_, axis) => axis)) as Tensor,
  );
}

/** Zeros before each axis, then after each. */
function padsOf(
  { inputShape, shape }: Pick<BoxWriter, 'inputShape' | 'shape'>,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
  padding: Shape | 'same',
): readonly number[] {
  const sides = kernel.map((length, axis) => {
    if (padding !== 'same') return [padding[axis] as number, padding[axis] as number] as const;
    const reach = (dilations[axis] as number) * (length - 1) + 1;
    const covered = ((shape[axis] as number) - 1) * (strides[axis] as number) + reach;
    const total = Math.max(covered - (inputShape[axis] as number), 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
  return [...sides.map(([before]) => before), ...sides.map(([, after]) => after)];
}

function list(length: number): Shape {
  return [length];
}

function pair(size: Size): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}
