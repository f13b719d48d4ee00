import type { Constant } from '../../read/constant.js';
import { single, uniform } from '../constants.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operator, Operators } from '../operator.js';
import { batchAxisOf, dimsOf, Refusal, type Value } from '../value.js';

/** A box of each element. */
function map(kind: string, options: (node: OnnxNode) => object = () => ({})): Operator {
  return (node) => node.box({ kind, ...options(node) });
}

const LARGEST = 3.4028234663852886e38;

/** Functions of each element, of one value or of two. */
export const elementwise: Operators = {
  Relu: map('relu'),
  Sigmoid: map('sigmoid'),
  Tanh: map('tanh'),
  Abs: map('abs'),
  Exp: map('exp'),
  Log: map('log'),
  Sqrt: map('sqrt'),
  Softplus: map('softplus'),
  Softsign: map('softsign'),
  HardSwish: map('hardSwish'),
  Mish: map('mish'),
  Neg: (node) => scaled(node, node.value(), -1),
  LeakyRelu: map('leakyRelu', (node) => ({ slope: node.float('alpha', 0.01) })),
  Elu: map('elu', (node) => ({ alpha: node.float('alpha', 1) })),
  Gelu: (node) => node.box({ kind: node.text('approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu' }),
  Selu(node) {
    expectNear(node, { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }, 'selu');
    node.box({ kind: 'selu' });
  },
  HardSigmoid(node) {
    if (!node.has('alpha')) throw new Refusal('expected alpha of 1/6, got 0.2');
    expectNear(node, { alpha: 1 / 6, beta: 0.5 }, 'hardSigmoid');
    node.box({ kind: 'hardSigmoid' });
  },
  /** α elu(x / α). */
  Celu(node) {
    const alpha = node.float('alpha', 1);
    const inner = scale(node, node.value(), 1 / alpha);
    scaled(node, node.graph.map(`${node.name}/elu`, { kind: 'elu' }, inner), alpha);
  },
  Clip(node) {
    const bound = (name: string, place: number, otherwise: number): number => {
      if (node.has(name)) return node.float(name, otherwise);
      const given = node.optionalConstant(place);
      const value = given === undefined ? otherwise : single(given);
      return Math.min(Math.max(value, -LARGEST), LARGEST);
    };
    const [min, max] = [bound('min', 1, -LARGEST), bound('max', 2, LARGEST)];
    node.box(min === 0 && max === LARGEST ? { kind: 'relu' } : { kind: 'clip', min, max });
  },
  Pow(node) {
    const exponent = single(node.constant(1));
    const value = node.value();
    if (exponent === 0.5) {
      node.box({ kind: 'sqrt' });
      return;
    }
    if (exponent !== 2) throw new Refusal(`expected the exponent 2 or 0.5, got ${exponent}`);
    node.set({ ...value, ...node.graph.place(node.name, { kind: 'multiply' }, [value.box, value.box]) });
  },
  Add: (node) => (sides(node) === undefined ? pair(node, 'add') : shift(node, 1)),
  Sub: (node) => (sides(node) === undefined ? pair(node, 'subtract') : shift(node, -1)),
  Mul(node) {
    const known = sides(node);
    if (known === undefined) {
      if (!gelu(node)) pair(node, 'multiply');
      return;
    }
    const factor = uniform(known.constant);
    if (factor === undefined) throw new Refusal(`expected one factor, got [${known.constant.shape}]`);
    scaled(node, wide(known), factor);
  },
  Div(node) {
    const known = sides(node);
    if (known === undefined) {
      pair(node, 'divide');
      return;
    }
    const divisor = uniform(known.constant);
    if (divisor === undefined || known.place === 1) throw new Refusal('expected one divisor');
    scaled(node, wide(known), 1 / divisor);
  },
  Sum(node) {
    if (node.inputCount === 1) {
      node.set(node.value());
      return;
    }
    pair(node, 'add');
  },
  Erf(node) {
    const value = node.value();
    const of = node.graph.scales.get(value.box);
    if (of === undefined || Math.abs(of.factor - Math.SQRT1_2) > 1e-6) {
      throw new Refusal('expected the erf(x/√2) of a gelu');
    }
    const box = node.graph.name(`${node.name}/erf`);
    node.graph.erfs.set(box, of.child);
    node.set({ ...value, box });
  },
  Softmax: (node) => void softmax(node),
  LogSoftmax(node) {
    const value = softmax(node, `${node.name}/softmax`);
    node.set(node.graph.map(node.name, { kind: 'log' }, value));
  },
  Dropout(node) {
    const given = node.has('ratio') ? node.float('ratio', 0.5) : undefined;
    const rate = given ?? (node.optional(1) === undefined ? 0.5 : single(node.constant(1)));
    if (node.wants(1)) throw new Refusal('expected its mask to be of no use, got a use of it');
    if (rate === 0) {
      node.set(node.input(0));
      return;
    }
    node.box({ kind: 'dropout', rate });
  },
  Identity: (node) => node.set(node.input(0)),
  Cast: (node) => node.set(node.value()),
};

function expectNear(node: OnnxNode, expected: Readonly<Record<string, number>>, kind: string): void {
  for (const [name, value] of Object.entries(expected)) {
    const given = node.float(name, value);
    if (Math.abs(given - value) > 1e-4)
      throw new Refusal(`expected ${name} of ${value} as ${kind} has, got ${given}`);
  }
}

/** The value and the constant, where one of two inputs is constant. */
interface Sides {
  readonly value: Value;
  readonly constant: Constant;
  /** Which input the value is. */
  readonly place: number;
}

function sides(node: OnnxNode): Sides | undefined {
  if (node.has('axis')) throw new Refusal('expected to broadcast as from opset 7 on, got an axis');
  const [left, right] = [node.input(0), node.input(1)];
  if (right.isConstant && !left.isConstant) return { value: left, constant: right, place: 0 };
  if (left.isConstant && !right.isConstant) return { value: right, constant: left, place: 1 };
  return undefined;
}

/** The value, which the constant must not make any larger. */
function wide({ value, constant }: Sides): Value {
  const dims = dimsOf(value);
  const extra = constant.shape.length - dims.length;
  if (extra > 0 || !constant.shape.every((length, axis) => length === 1 || length === dims[axis - extra])) {
    throw new Refusal(`expected a constant within [${dims.map(dimText)}], got [${constant.shape}]`);
  }
  return value;
}

function dimText(dim: number): string {
  return Number.isNaN(dim) ? 'batch' : `${dim}`;
}

/** Adds a constant: to the bias of what made the value. */
function shift(node: OnnxNode, sign: 1 | -1): void {
  const known = sides(node) as Sides;
  const { constant, place } = known;
  const amount = uniform(constant);
  const erf = node.graph.erfs.get(known.value.box);
  if (erf !== undefined && amount === 1 && sign === 1) {
    node.graph.halves.set(known.value.box, erf);
    node.set(known.value);
    return;
  }
  const value = wide(known);
  if (sign === -1 && place === 1)
    throw new Refusal('expected a constant to be subtracted, got one to subtract from');
  if (amount === 0) {
    node.set(value);
    return;
  }
  const last = value.layout.indexOf(value.shape.length);
  const dims = dimsOf(value);
  const axis = last - (dims.length - constant.shape.length);
  const isAlongLast = constant.shape.every((length, i) => i === axis || length === 1);
  if (node.graph.withoutBias.has(value.box) && node.isAlone(place) && isAlongLast) {
    const length = value.shape.at(-1) as number;
    const bias = Float64Array.from(
      { length },
      (_, i) => sign * (constant.values[constant.values.length === 1 ? 0 : i] as number),
    );
    node.graph.weights.set(`${value.box}.bias`, bias);
    node.graph.withoutBias.delete(value.box);
    node.set(value);
    return;
  }
  throw new Refusal(`expected a bias of what is below, got the constant [${constant.shape}] to be added`);
}

/** A box of values of one shape. */
function pair(node: OnnxNode, kind: string): void {
  const values = node.inputs.map((_, place) => node.value(place));
  const [first, ...others] = values as [Value, ...Value[]];
  const dims = dimsOf(first);
  const order = [...first.layout.keys()].toSorted(
    (a, b) => (first.layout[a] as number) - (first.layout[b] as number),
  );
  const isFull = first.layout.length === first.shape.length + 1;
  const base = isFull ? first : node.graph.plain(node.name, first);
  const axes = isFull
    ? order
    : [batchAxisOf(first), ...dims.keys()].filter((axis, i, all) => all.indexOf(axis) === i);
  const children = others.map((other) => {
    const own = dimsOf(other);
    if (own.length !== dims.length || own.some((dim, axis) => !Object.is(dim, dims[axis]))) {
      throw new Refusal(`expected values of one shape, got [${dims.map(dimText)}] and [${own.map(dimText)}]`);
    }
    return node.graph.arranged(node.name, other, axes).box;
  });
  const placed = node.graph.place(node.name, { kind }, [base.box, ...children]);
  node.set({ ...base, ...placed });
}

/** The value times a factor; a factor of a factor is one. */
function scale(node: OnnxNode, value: Value, factor: number): Value {
  const of = node.graph.scales.get(value.box);
  const child = of === undefined ? value.box : of.child;
  const product = of === undefined ? factor : of.factor * factor;
  if (product === 1) return { ...value, box: child };
  const placed = node.graph.map(
    `${node.name}`,
    { kind: 'scale', factor: product },
    {
      ...value,
      box: child,
    },
  );
  node.graph.scales.set(placed.box, { child, factor: product });
  return placed;
}

function scaled(node: OnnxNode, value: Value, factor: number): void {
  node.set(scale(node, value, factor));
}

/** x · (1 + erf(x/√2)) of a gelu written out; ½ may stand on either side. */
function gelu(node: OnnxNode): boolean {
  const [left, right] = [node.value(0), node.value(1)];
  const [half, other] = node.graph.halves.has(left.box) ? [left, right] : [right, left];
  const x = node.graph.halves.get(half.box);
  if (x === undefined) return false;
  const of = node.graph.scales.get(other.box) ?? { child: other.box, factor: 1 };
  if (of.child !== x) throw new Refusal('expected the x of the gelu below, got another value');
  const value = node.graph.map(`${node.name}/gelu`, { kind: 'gelu' }, { ...other, box: x });
  scaled(node, value, 2 * of.factor);
  return true;
}

/** Softmax along an axis; until opset 12, over all axes from one on. */
function softmax(node: OnnxNode, wanted: string = node.name): Value {
  const value = node.value();
  const rank = value.layout.length;
  const given = node.int('axis', node.opset < 13 ? 1 : -1);
  const axis = given < 0 ? given + rank : given;
  const dims = dimsOf(value);
  const long = dims.map((dim, i) => (i >= axis && dim !== 1 ? i : -1)).filter((i) => i >= 0);
  if (node.opset >= 13 || long.length <= 1) {
    const along = node.opset >= 13 ? axis : (long[0] ?? rank - 1);
    const output = node.graph.map(wanted, { kind: 'softmax' }, node.graph.withLast(wanted, value, along));
    node.set(output);
    return output;
  }
  const plain = node.graph.plain(wanted, value);
  const batch = batchAxisOf(value);
  if (batch >= axis) throw new Refusal('expected an axis after that of the minibatch');
  const kept = plain.shape.slice(0, axis - 1);
  const size = plain.shape.slice(axis - 1).reduce((product, length) => product * length, 1);
  const flat = node.graph.reshape(`${wanted}/flat`, plain, [...kept, size]);
  const { box, shape } = node.graph.place(`${wanted}/softmax`, { kind: 'softmax' }, [flat]);
  const output = { ...plain, box: node.graph.reshape(wanted, { ...plain, box, shape }, plain.shape) };
  node.set(output);
  return output;
}
