import type { Conv1d, Conv2d, Pool2d, Size } from '@fluxion/layers';
import { reshape, type Shape, type Tensor } from '@fluxion/tensor';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';

/** Channels come first in ONNX: transposed there, and back. */
export const conv2d: BoxOperators = (box: BoxWriter<Conv2d>) => {
  const { kernel, stride = 1, padding = 0, dilation = 1, groups = 1 } = box.description;
  const [strides, dilations, lengths] = [pair(stride), pair(dilation), pair(kernel)];
  return channelsFirst(box, (input) =>
    box.add('Conv', [input, weightOf(box, lengths), box.parameter('bias')], {
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
    box.add('Conv', [input, weightOf(box, [kernel]), box.parameter('bias')], {
      group: groups,
      kernel_shape: [kernel],
      strides: [stride],
      dilations: [dilation],
      pads,
    }),
  );
};

export const maxPool2d: BoxOperators = (box: BoxWriter<Pool2d>) => pool(box, 'MaxPool');
export const averagePool2d: BoxOperators = (box: BoxWriter<Pool2d>) => pool(box, 'AveragePool');

function pool(box: BoxWriter<Pool2d>, type: string): string {
  const { size, stride = size, padding = 0 } = box.description;
  const [lengths, strides] = [pair(size), pair(stride)];
  const pads = padsOf(box, lengths, strides, [1, 1], padding === 'same' ? padding : pair(padding));
  return channelsFirst(box, (input) => box.add(type, [input], { kernel_shape: lengths, strides, pads }));
}

/** The mean over all places of a channel. */
export const globalAveragePool: BoxOperators = (box) => {
  const axes = box.inputShape.slice(0, -1).map((_, axis) => axis + 1);
  return axes.length === 0
    ? box.add('Identity', [box.input])
    : box.add('ReduceMean', [box.input], { axes, keepdims: 0 });
};

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
  { inputShape, shape }: BoxWriter,
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

function pair(size: Size): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}
