import type { BatchNorm, GroupNorm, LayerNorm, RmsNorm } from '@fluxion/layers';
import { sizeOf, tensor } from '@fluxion/tensor';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';
import { channelsFirst } from './windows.js';

export const layerNorm: BoxOperators = (box: BoxWriter<LayerNorm>) =>
  box.add('LayerNormalization', [box.input, box.parameter('gain'), box.parameter('bias')], {
    axis: -1,
    epsilon: { float: box.description.epsilon ?? 1e-5 },
  });

export const rmsNorm: BoxOperators = (box: BoxWriter<RmsNorm>) => {
  const squares = box.add('Mul', [box.input, box.input]);
  const mean = box.add('ReduceMean', [squares], { axes: [-1], keepdims: 1 });
  const root = box.add('Sqrt', [box.add('Add', [mean, box.number(box.description.epsilon ?? 1e-5)])]);
  return box.add('Mul', [box.add('Div', [box.input, root]), box.parameter('gain')]);
};

/** By the running statistics, as in predictions. */
export const batchNorm: BoxOperators = (box: BoxWriter<BatchNorm>) => {
  const { epsilon = 1e-5, momentum = 0.1 } = box.description;
  const write = (input: string): string =>
    box.add(
      'BatchNormalization',
      [input, ...['gain', 'bias', 'mean', 'variance'].map((short) => box.parameter(short))],
      // What ONNX calls momentum is the share that stays.
      { epsilon: { float: epsilon }, momentum: { float: 1 - momentum } },
    );
  return box.inputShape.length === 1 ? write(box.input) : channelsFirst(box, write);
};

/** Groups as channels, each to mean 0 and variance 1; then each channel scaled and shifted. */
export const groupNorm: BoxOperators = (box: BoxWriter<GroupNorm>) => {
  const { groups, epsilon = 1e-5 } = box.description;
  const write = (input: string): string => {
    const [ones, zeros] = [1, 0].map((value) =>
      box.floats('group', tensor(new Array<number>(groups).fill(value))),
    );
    const size = sizeOf(box.inputShape) / groups;
    const apart = box.reshape(input, [groups, size]);
    const normalized = box.add('InstanceNormalization', [apart, ones as string, zeros as string], {
      epsilon: { float: epsilon },
    });
    const channels = box.inputShape.at(-1) as number;
    return box.reshape(normalized, [channels, ...box.inputShape.slice(0, -1)]);
  };
  const normalized = box.inputShape.length === 1 ? write(box.input) : channelsFirst(box, write);
  const scaled = box.add('Mul', [normalized, box.parameter('gain')]);
  return box.add('Add', [scaled, box.parameter('bias')]);
};
