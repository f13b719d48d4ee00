import type { Constant } from '../../read/constant.js';
import { matrix } from '../constants.js';
import { joinedProduct } from '../joinedAxes.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { takeSteps } from '../steps.js';
import { axisIn, Refusal, type Value } from '../value.js';

/** Products with a weight, and rows of a table. */
export const dense: Operators = {
  MatMul(node) {
    const [left, right] = [node.input(0), node.input(1)];
    if (!left.isConstant && !right.isConstant) {
      product(node, left, right);
      return;
    }
    const weight = matrix(node.constant(1));
    const value = node.value();
    linear(node, value, value.layout.length - 1, weight);
  },

  Gemm(node) {
    if (node.int('transA', 0) !== 0) throw new Refusal('expected transA of 0, got 1');
    const alpha = node.float('alpha', 1);
    const beta = node.float('beta', 1);
    const given = matrix(node.constant(1), node.int('transB', 0) !== 0);
    const weight = { ...given, values: given.values.map((value) => alpha * value) };
    const [, units] = weight.shape as [number, number];
    const added = node.optionalConstant(2);
    const bias = added && vector(added, units).map((value) => beta * value);
    linear(node, node.value(), 1, weight, bias);
  },

  Gather(node) {
    const [table, at] = [node.input(0), node.input(1)];
    if (table.isConstant && !at.isConstant) {
      embedding(node, table, at);
      return;
    }
    pick(node, node.value(), node.constant(1));
  },
};

/** A product of two values, as of the shares and values of attention. */
function product(node: OnnxNode, left: Value, right: Value): void {
  if (left.joined !== undefined || right.joined !== undefined) {
    node.set(joinedProduct(node, left, right));
    return;
  }
  const [a, b] = [left, right].map((value, i) => {
    if (value.layout[0] !== 0) throw new Refusal('expected the examples to be the first axis of both');
    return node.graph.plain(`${node.name}/${i}`, value);
  }) as [Value, Value];
  const placed = node.graph.place(node.name, { kind: 'matmul' }, [a.box, b.box]);
  node.set({ ...a, ...placed, layout: [0, ...placed.shape.map((_, axis) => axis + 1)] });
}

function linear(
  node: OnnxNode,
  value: Value,
  axis: number,
  weight: Constant,
  bias?: readonly number[] | Float32Array | Float64Array,
): void {
  const [, units] = weight.shape as [number, number];
  const input = node.graph.withLast(node.name, value, axis);
  const description = { kind: 'linear', units, ...(bias === undefined && { bias: false }) };
  const weights = { weight: weight.values, ...(bias !== undefined && { bias }) };
  node.set(node.graph.map(node.name, description, input, weights));
}

/** A vector that stands for each example alike, [n], [1, n] or one number. */
function vector({ values, shape }: Constant, length: number): Float32Array | Float64Array {
  if (values.length === 1) return new Float64Array(length).fill(values[0] as number);
  if (values.length === length && shape.at(-1) === length) return values;
  throw new Refusal(`expected a vector of ${length} to be added, got [${shape}]`);
}

function embedding(node: OnnxNode, table: Constant, at: Value): void {
  if (node.int('axis', 0) !== 0 || table.shape.length !== 2) {
    throw new Refusal(`expected rows of a matrix, got those of [${table.shape}]`);
  }
  const [count, width] = table.shape as [number, number];
  node.graph.index(at, count);
  const description = { kind: 'embedding', width };
  const { box, shape } = node.graph.place(node.name, description, [at.box], { weight: table.values });
  node.set({ isConstant: false, box, shape, layout: [...at.layout, shape.length], isIndex: false });
}

/** One step of an axis, which it then loses, or several. */
function pick(node: OnnxNode, value: Value, { values, shape }: Constant): void {
  const axis = axisIn(node.int('axis', 0), value.layout.length);
  const place = value.layout[axis] as number;
  if (!(place > 0) || shape.length > 1) throw new Refusal('expected steps of an axis of one example');
  const length = value.shape[place - 1] as number;
  const steps = Array.from(values, (step) => (step < 0 ? step + length : step));
  if (shape.length === 1) {
    node.set(takeSteps(node, value, place - 1, steps));
    return;
  }
  const [step = 0] = steps;
  const slice = { kind: 'slice', axis: place - 1, start: step, end: step + 1 };
  const one = node.graph.map(`${node.name}/step`, slice, value);
  const rest = one.shape.toSpliced(place - 1, 1);
  const layout = one.layout.toSpliced(axis, 1).map((at) => (at < place ? at : at - 1));
  node.set({ ...one, box: node.graph.reshape(node.name, one, rest), shape: rest, layout });
}
