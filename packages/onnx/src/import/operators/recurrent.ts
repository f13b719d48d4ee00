import { type Tensor, tensor } from '@fluxion/tensor';
import type { Constant } from '../../read/constant.js';
import { constantOf, uniform } from '../constants.js';
import type { Weights } from '../graphImport.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { Refusal, UNIT, type Value } from '../value.js';

export const recurrent: Operators = {
  RNN: (node) => recur(node, { kind: 'simpleRnn', order: [0], functions: ['Tanh'], biases: 'sum' }),
  // ONNX has the gates in the order i, o, f, g.
  LSTM: (node) =>
    recur(node, { kind: 'lstm', order: [0, 2, 3, 1], functions: ['Sigmoid', 'Tanh', 'Tanh'], biases: 'sum' }),
  // ONNX has them in the order z, r, n.
  GRU(node) {
    if (node.int('linear_before_reset', 0) === 0) {
      throw new Refusal('expected linear_before_reset, the reset after the product as PyTorch has it');
    }
    recur(node, { kind: 'gru', order: [1, 0, 2], functions: ['Sigmoid', 'Tanh'], biases: 'two' });
  },
};

/** What kinds of recurrence differ in. */
interface Recurrence {
  readonly kind: string;
  /** Which of ONNX's gates each of ours is. */
  readonly order: readonly number[];
  readonly functions: readonly string[];
  readonly biases: 'sum' | 'two';
}

/** Values of the node: the states of all steps, and the last one. */
const [ALL, LAST, CELL] = [0, 1, 2];

function recur(node: OnnxNode, recurrence: Recurrence): void {
  const direction = node.text('direction', 'forward');
  const directions = direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];
  const isBatchFirst = node.int('layout', 0) === 1;
  const value = node.graph.arranged(node.name, node.value(), isBatchFirst ? [0, 1, 2] : [1, 0, 2]);
  expectPlain(node, recurrence, directions.length, value);
  if (node.wants(ALL)) {
    const each = directions.map((reverse, i) => {
      const wanted = `${node.name}${directions.length === 1 ? '' : `/${reverse ? 'reverse' : 'forward'}`}`;
      return place(node, wanted, recurrence, value, i, { sequence: true, reverse });
    });
    node.set(together(node, node.name, each, isBatchFirst), ALL);
  }
  if (node.wants(LAST)) {
    const each = directions.map((reverse, i) =>
      place(
        node,
        `${node.output(LAST)}${directions.length === 1 ? '' : `/${reverse ? 'reverse' : 'forward'}`}`,
        recurrence,
        value,
        i,
        { reverse },
      ),
    );
    node.set(together(node, node.output(LAST), each, isBatchFirst), LAST);
  }
}

interface Placed {
  readonly box: string;
  readonly shape: readonly number[];
}

/** The boxes of both directions as one value; of one direction, its box. */
function together(node: OnnxNode, wanted: string, each: readonly Placed[], isBatchFirst: boolean): Value {
  const [first] = each as [Placed];
  const isSequence = first.shape.length === 2;
  const one = isSequence ? [1, UNIT, 0, 2] : [UNIT, 0, 1];
  const two = isSequence ? [1, 2, 0, 3] : [1, 0, 2];
  // With the minibatch first: [batch, steps, directions, units], and [batch, directions, units].
  const axes = isBatchFirst ? (isSequence ? [2, 0, 1, 3] : [1, 0, 2]) : undefined;
  const inOrder = (layout: readonly number[]): readonly number[] =>
    axes?.map((axis) => layout[axis] as number) ?? layout;
  if (each.length === 1) return { isConstant: false, isIndex: false, ...first, layout: inOrder(one) };
  const units = first.shape.at(-1) as number;
  const wide = [...first.shape.slice(0, -1), 1, units];
  const parts = each.map(({ box, shape }) =>
    node.graph.reshape(
      `${box}/direction`,
      { isConstant: false, isIndex: false, box, shape, layout: [] },
      wide,
    ),
  );
  const joined = node.graph.place(wanted, { kind: 'concat', axis: wide.length - 2 }, parts);
  return { isConstant: false, isIndex: false, ...joined, layout: inOrder(two) };
}

/** One direction as a box. */
function place(
  node: OnnxNode,
  wanted: string,
  { kind, order, biases }: Recurrence,
  value: Value,
  direction: number,
  options: { readonly sequence?: boolean; readonly reverse: boolean },
): Placed {
  const part = ({ values, shape }: Constant): Tensor =>
    tensor(values, shape).pick(direction, ...shape.slice(1).map(() => null)) as Tensor;
  const units = node.constant(2).shape.at(-1) as number;
  const size = order.length * units;
  const weight = (input: number): Weights[string] => {
    const given = node.constant(input);
    if (given.shape.length !== 3 || given.shape[1] !== size) {
      throw new Refusal(`expected weights [directions, ${size}, n], got [${given.shape}]`);
    }
    const rows = reordered(part(given), order, units);
    return constantOf(rows.transpose(1, 0) as Tensor).values;
  };
  const given = node.optionalConstant(3);
  const both = given === undefined ? new Float64Array(2 * size) : constantOf(part(given)).values;
  if (both.length !== 2 * size) throw new Refusal(`expected biases of ${2 * size}, got ${both.length}`);
  const [ofInput, ofState] = [both.slice(0, size), both.slice(size)].map(
    (bias) => constantOf(reordered(tensor(bias, [size, 1]), order, units)).values,
  ) as [Float64Array, Float64Array];
  const weights: Weights = {
    inputWeight: weight(1),
    recurrentWeight: weight(2),
    ...(biases === 'two'
      ? { bias: ofInput, recurrentBias: ofState }
      : { bias: Float64Array.from(ofInput, (bias, i) => bias + (ofState[i] as number)) }),
  };
  return node.graph.place(wanted, { kind, units, ...options }, [value.box], weights);
}

/** The rows [gates · units, n] with the gates in another order. */
function reordered(rows: Tensor, order: readonly number[], units: number): Tensor {
  const [, n] = rows.shape as [number, number];
  const { values } = constantOf(rows);
  const out = values.slice();
  order.forEach((from, to) => {
    out.set(values.subarray(from * units * n, (from + 1) * units * n), to * units * n);
  });
  return tensor(out, rows.shape);
}

/** Refuses what our boxes have not: other functions, states to begin with, sequences of several lengths, peepholes. */
function expectPlain(
  node: OnnxNode,
  { functions, kind }: Recurrence,
  directions: number,
  { shape }: Value,
): void {
  const given = node.texts('activations')?.map((name) => name.toLowerCase());
  const expected = Array.from({ length: directions }, () => functions).flat();
  if (given !== undefined && given.join() !== expected.join().toLowerCase()) {
    throw new Refusal(`expected the functions ${expected}, got ${node.texts('activations')}`);
  }
  if (node.has('clip') || node.int('input_forget', 0) !== 0)
    throw new Refusal('expected no clip and no input_forget');
  if (kind === 'lstm' && node.wants(CELL))
    throw new Refusal('expected its cell state to be unused, got a node that reads it');
  const lengths = node.optional(4);
  if (lengths !== undefined && uniform(node.constant(4)) !== shape[0]) {
    throw new Refusal('expected sequences of one length, got sequence_lens');
  }
  for (const input of [5, 6, 7]) {
    const start = node.optional(input);
    if (start !== undefined && uniform(node.constant(input)) !== 0) {
      throw new Refusal(`expected ${input === 7 ? 'no peepholes' : 'states that begin at 0'}, got others`);
    }
  }
}
