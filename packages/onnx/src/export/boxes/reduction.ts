import type { AxisReduction, Maxout } from '@fluxion/layers';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';
import { inBatch } from './elementwise.js';

/** Sum along an axis; of a sequence with a mask, of the steps that count. */
export const sumAxis: BoxOperators = (box) => sum(box, masked(box) ?? box.input);

/** Mean along an axis; of a sequence with a mask, of the steps that count, 0 where none does. */
export const meanAxis: BoxOperators = (box: BoxWriter<AxisReduction>) => {
  const [mask] = box.masks;
  const steps = masked(box);
  const axis = inBatch(box.description);
  if (steps === undefined || mask === undefined) {
    return box.add('ReduceMean', [box.input], { axes: [axis], keepdims: 0 });
  }
  const total = box.add('ReduceSum', [mask, box.ints(1)], { keepdims: 0 });
  const count = box.add('Max', [total, box.number(1)]);
  return box.add('Div', [
    sum(box, steps),
    box.reshape(
      count,
      box.shape.map(() => 1),
    ),
  ]);
};

/** Largest along an axis; of a sequence with a mask, of the steps that count, 0 where none does. */
export const maxAxis: BoxOperators = (box: BoxWriter<AxisReduction>) => {
  const [mask] = box.masks;
  const attributes = { axes: [inBatch(box.description)], keepdims: 0 };
  if (mask === undefined || box.description.axis !== 0) return box.add('ReduceMax', [box.input], attributes);
  const counts = box.condition(mask, ...stepsShape(box));
  const steps = box.add('Where', [counts, box.input, box.number(LEAST)]);
  const largest = box.add('ReduceMax', [steps], attributes);
  const isAny = box.condition(
    box.add('ReduceMax', [mask], { axes: [1], keepdims: 0 }),
    ...box.shape.map(() => 1),
  );
  return box.add('Where', [isAny, largest, box.number(0)]);
};

/** Largest of each output's pieces, which stand side by side. */
export const maxout: BoxOperators = (box: BoxWriter<Maxout>) => {
  const apart = box.reshape(box.input, [...box.shape, box.description.pieces]);
  return box.add('ReduceMax', [apart], { axes: [-1], keepdims: 0 });
};

/** Less than any number that is not infinite. */
const LEAST = -3.4028234663852886e38;

function sum(box: BoxWriter<AxisReduction>, steps: string): string {
  return box.add('ReduceSum', [steps, box.ints(inBatch(box.description))], { keepdims: 0 });
}

/** The steps with zeros for padding, where the axis is that of a mask. */
function masked(box: BoxWriter<AxisReduction>): string | undefined {
  const [mask] = box.masks;
  if (mask === undefined || box.description.axis !== 0) return undefined;
  return box.add('Mul', [box.input, box.reshape(mask, stepsShape(box))]);
}

/** The length of a sequence, and 1 for each other axis. */
function stepsShape({ inputShape: [length = 0, ...rest] }: BoxWriter): readonly number[] {
  return [length, ...rest.map(() => 1)];
}
