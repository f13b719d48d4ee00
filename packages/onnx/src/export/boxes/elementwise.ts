import type { Concat, ConcatOptions, Pad, Permute, ReshapeTo, Scale, Slice } from '@fluxion/layers';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';

/** One operator on all children. */
export function operator(type: string): BoxOperators {
  return (box) => box.add(type, box.children);
}

/** Sum of all children. */
export const add: BoxOperators = (box) =>
  box.children.length === 1 ? box.add('Identity', box.children) : box.add('Sum', box.children);

/** What acts in training only. */
export const identity: BoxOperators = (box) => box.add('Identity', box.children);

export const softmax: BoxOperators = (box) => box.add('Softmax', box.children, { axis: -1 });

export const scale: BoxOperators = (box: BoxWriter<Scale>) =>
  box.add('Mul', [box.input, box.number(box.description.factor)]);

export const dot: BoxOperators = (box) =>
  box.add('ReduceSum', [box.add('Mul', box.children), box.ints(-1)], { keepdims: 1 });

export const concat: BoxOperators = (box: BoxWriter<Concat>) =>
  box.add('Concat', box.children, { axis: inBatch(box.description) });

export const flatten: BoxOperators = (box) => box.reshape(box.input, box.shape);

export const reshapeTo: BoxOperators = (box: BoxWriter<ReshapeTo>) =>
  box.reshape(box.input, box.description.shape);

export const permute: BoxOperators = (box: BoxWriter<Permute>) =>
  box.transpose(box.input, 0, ...box.description.axes.map((axis) => axis + 1));

export const slice: BoxOperators = (box: BoxWriter<Slice>) => {
  const { start = 0, end } = box.description;
  const ends = box.ints(end ?? Number.MAX_SAFE_INTEGER);
  return box.add('Slice', [box.input, box.ints(start), ends, box.ints(inBatch(box.description))]);
};

export const pad: BoxOperators = (box: BoxWriter<Pad>) => {
  const { around, value = 0 } = box.description;
  const pads = box.ints(0, ...around.map(([before]) => before), 0, ...around.map(([, after]) => after));
  return box.add('Pad', [box.input, pads, box.number(value)]);
};

/** The slopes are those of the last axis. */
export const prelu: BoxOperators = (box) => box.add('PRelu', [box.input, box.parameter('slope')]);

/** An axis of an example among those of the minibatch; a negative one counts from the last as ever. */
export function inBatch({ axis = -1 }: ConcatOptions): number {
  return axis < 0 ? axis : axis + 1;
}
