import type { Recurrent } from '@fluxion/layers';
import { type Tensor, tensor } from '@fluxion/tensor';
import { type BoxOperators, type BoxWriter, INT32 } from '../boxWriter.js';

/** h = tanh(x · W + h · R + b). */
export const simpleRnn: BoxOperators = (box: BoxWriter<Recurrent>) => recur(box, 'RNN', [0], {});

/** ONNX has the gates in the order i, o, f, g. */
export const lstm: BoxOperators = (box: BoxWriter<Recurrent>) => recur(box, 'LSTM', [0, 3, 1, 2], {});

/** ONNX has the gates in the order z, r, n. */
export const gru: BoxOperators = (box: BoxWriter<Recurrent>) =>
  recur(box, 'GRU', [1, 0, 2], { linear_before_reset: 1 });

/**
 * @param order which of our gates each of ONNX's is
 */
function recur(
  box: BoxWriter<Recurrent>,
  type: string,
  order: readonly number[],
  attributes: Readonly<Record<string, number>>,
): string {
  const { units, sequence = false, reverse = false, stateful = false } = box.description;
  const [mask] = box.masks;
  const count = order.length * units;
  const weight = (short: string): string => {
    const values = box.valuesOf(short);
    const rows = gates(values.transpose(1, 0) as Tensor, order, units);
    return box.parameter(short, tensor(rows, [1, count, values.shape[0] as number]));
  };
  const bias = (short: string): readonly number[] => gates(box.valuesOf(short), order, units);
  const zeros = new Array<number>(count).fill(0);
  const both = tensor([...bias('bias'), ...(type === 'GRU' ? bias('recurrentBias') : zeros)], [1, 2 * count]);
  const input = box.transpose(box.input, 1, 0, 2);
  const begun = (short: string): string => begin(box, input, short, units);
  const inputs = [
    input,
    weight('inputWeight'),
    weight('recurrentWeight'),
    box.parameter('bias', both),
    ...(mask === undefined ? [''] : [lengths(box, mask)]),
    ...(stateful ? (type === 'LSTM' ? ['hidden', 'cell'] : ['hidden']).map(begun) : []),
  ];
  const options = { hidden_size: units, direction: reverse ? 'reverse' : 'forward', ...attributes };
  const [steps, last] = box.addOutputs(2, type, inputs, options) as [string, string];
  if (!sequence) return box.add('Squeeze', [last, box.ints(0)]);
  const states = box.transpose(box.add('Squeeze', [steps, box.ints(1)]), 1, 0, 2);
  if (mask === undefined || reverse) return states;
  // After the last step that counts the state stays as it is; ONNX has zeros there.
  const [length = 0] = box.inputShape;
  const kept = box.transpose(last, 1, 0, 2);
  return box.add('Where', [box.condition(mask, length, 1), states, kept]);
}

/** A state that training has left, for each example [1, batch, units]. */
function begin(box: BoxWriter, input: string, short: string, units: number): string {
  const batch = box.add('Slice', [box.add('Shape', [input]), box.ints(1), box.ints(2)]);
  const shape = box.add('Concat', [box.ints(1), batch, box.ints(units)], { axis: 0 });
  return box.add('Expand', [box.parameter(short), shape]);
}

/** How many steps of each sequence count. */
function lengths(box: BoxWriter, mask: string): string {
  return box.add('Cast', [box.add('ReduceSum', [mask, box.ints(1)], { keepdims: 0 })], { to: INT32 });
}

/** Numbers whose first axis is that of the gates, with these in another order. */
function gates(values: Tensor, order: readonly number[], units: number): readonly number[] {
  return order.flatMap((gate) => {
    const part = values.lo(gate * units).hi(units);
    return rowMajor(part as Tensor);
  });
}

function rowMajor(view: Tensor): readonly number[] {
  const rows = Array.from({ length: view.shape[0] as number }, (_, row) => row);
  if (view.dimension === 1) return rows.map((row) => view.get(row));
  return rows.flatMap((row) => rowMajor(view.pick(row, ...view.shape.slice(1).map(() => null)) as Tensor));
}
