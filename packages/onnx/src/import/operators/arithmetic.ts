import type { Constant } from '../../read/constant.js';
import {
  alongLast,
  commonDims,
  isOfAllPlaces,
  ofRank,
  perFeature,
  perPlace,
  shifted,
  stretched,
} from '../broadcast.js';
import { single, uniform } from '../constants.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operators } from '../operator.js';
import { batchAxisOf, dimsOf, type Known, Refusal, UNIT, type Value } from '../value.js';

/** Operators of two values, or of a value and a constant. */
export const arithmetic: Operators = {
  Add(node) {
    const known = sides(node);
    if (known === undefined) pair(node, 'add');
    else node.set(shift(node, known, known.value, 1));
  },
  Sub(node) {
    const known = sides(node);
    if (known === undefined) pair(node, 'subtract');
    else if (known.place === 0) node.set(shift(node, known, known.value, -1));
    else node.set(shift(node, known, scale(node, `${node.name}/negative`, known.value, -1), 1));
  },
  Mul(node) {
    const known = sides(node);
    if (known !== undefined) node.set(times(node, known, known.constant));
    else if (!gelu(node) && !present(node)) pair(node, 'multiply');
  },
  Div(node) {
    const known = sides(node);
    if (known === undefined) return pair(node, 'divide');
    if (known.place === 1) throw new Refusal('expected a constant to divide by, got one to be divided');
    const { constant } = known;
    node.set(times(node, known, { ...constant, values: constant.values.map((value) => 1 / value) }));
  },
  Sum(node) {
    if (node.inputCount === 1) node.set(node.value());
    else pair(node, 'add');
  },
  Mean(node) {
    if (node.inputCount === 1) return node.set(node.value());
    node.set(
      scale(node, node.name, joined(node, `${node.name}/sum`, 'add', node.inputs), 1 / node.inputCount),
    );
  },
  /** a + max(b − a, 0). */
  Max(node) {
    const indices = node.input(0);
    // An embedding knows the index −1 itself.
    if (!indices.isConstant && indices.isIndex && single(node.constant(1)) === 0) node.set(indices);
    else extreme(node, 1);
  },
  /** a − max(a − b, 0). */
  Min: (node) => extreme(node, -1),
  Neg: (node) => node.set(scale(node, node.name, node.value(), -1)),
  Pow(node) {
    const exponent = single(node.constant(1));
    const value = node.value();
    if (exponent === 0.5) return node.box({ kind: 'sqrt' });
    if (exponent === 1) return node.set(value);
    if (exponent !== 2 && exponent !== 3)
      throw new Refusal(`expected the exponent ½, 1, 2 or 3, got ${exponent}`);
    const squared = joined(node, exponent === 2 ? node.name : `${node.name}/squared`, 'multiply', [
      value,
      value,
    ]);
    node.set(exponent === 2 ? squared : joined(node, node.name, 'multiply', [squared, value]));
  },
  /** α elu(x / α). */
  Celu(node) {
    const alpha = node.float('alpha', 1);
    const inner = scale(node, `${node.name}/inner`, node.value(), 1 / alpha);
    node.set(scale(node, node.name, node.graph.map(`${node.name}/elu`, { kind: 'elu' }, inner), alpha));
  },
  Selu(node) {
    const [alpha, gamma] = [node.float('alpha', 1.6732632423543772), node.float('gamma', 1.0507009873554805)];
    if (Math.abs(alpha - 1.6732632) < 1e-5 && Math.abs(gamma - 1.050701) < 1e-5)
      return node.box({ kind: 'selu' });
    node.set(
      scale(node, node.name, node.graph.map(`${node.name}/elu`, { kind: 'elu', alpha }, node.value()), gamma),
    );
  },
  HardSigmoid(node) {
    const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
    if (Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5) return node.box({ kind: 'hardSigmoid' });
    const scaled = scale(node, `${node.name}/scaled`, node.value(), alpha);
    const line = shifted(node.graph, `${node.name}/line`, scaled, beta);
    node.set(node.graph.map(node.name, { kind: 'clip', min: 0, max: 1 }, line));
  },
  /** Asks whether there is an index. */
  Less(node) {
    const value = node.value();
    if (!value.isIndex || single(node.constant(1)) !== 0)
      throw new Refusal('expected to ask whether an index is −1');
    const box = node.graph.name(`${node.name}/absent`);
    node.graph.absences.set(box, value.box);
    node.set({ ...value, box, isIndex: false });
  },
  Not(node) {
    const value = node.value();
    const input = node.graph.absences.get(value.box);
    if (input === undefined) throw new Refusal('expected to ask whether an index is −1');
    const box = node.graph.name(`${node.name}/present`);
    node.graph.presences.set(box, { input });
    node.set({ ...value, box });
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
};

/** The value and the constant, where one of two inputs is constant. */
interface Sides {
  readonly value: Value;
  readonly constant: Constant;
  /** Which input the value is. */
  readonly place: number;
}

function sides(node: OnnxNode): Sides | undefined {
  const [left, right] = [node.input(0), aligned(node, node.input(0), node.input(1))];
  if (right.isConstant && !left.isConstant) return { value: wide(left, right), constant: right, place: 0 };
  if (left.isConstant && !right.isConstant) return { value: wide(right, left), constant: left, place: 1 };
  return undefined;
}

/** A constant of more axes makes the value's more. */
function wide(value: Value, { shape }: Constant): Value {
  return ofRank(value, shape.length);
}

/** Before opset 7 the second input stands along the axes of the first from one on. */
function aligned(node: OnnxNode, left: Known, right: Known): Known {
  if (!node.has('axis')) return right;
  const after = dimsOf(left).length - node.int('axis', 0) - dimsOf(right).length;
  const ones = new Array<number>(Math.max(after, 0)).fill(1);
  if (right.isConstant) return { ...right, shape: [...right.shape, ...ones] };
  return { ...right, layout: [...right.layout, ...ones.map(() => UNIT)] };
}

/** Adds a constant: to the bias of what made the value, where it has none yet. */
function shift(node: OnnxNode, { constant, place }: Sides, value: Value, sign: 1 | -1): Value {
  const amount = uniform(constant);
  const erf = node.graph.erfs.get(value.box);
  if (erf !== undefined && amount === 1 && sign === 1) {
    node.graph.halves.set(value.box, { of: erf, factor: 1 });
    return value;
  }
  const numbers = sign === 1 ? constant : { ...constant, values: constant.values.map((number) => -number) };
  const bias = alongLast(value, numbers);
  if (bias !== undefined && node.isAlone(place) && node.graph.takesBias(value.box)) {
    node.graph.addBias(value.box, bias);
    return value;
  }
  if (amount === 0) return value;
  if (amount !== undefined) return shifted(node.graph, node.name, value, sign * amount);
  // A mask leaves places out of a softmax, and is nothing to learn.
  const frozen = numbers.values.every((number) => number === 0 || number <= MASKED);
  const finite = { ...numbers, values: numbers.values.map((number) => Math.max(number, -LARGEST)) };
  if (isOfAllPlaces(value, finite)) return perPlace(node.graph, node.name, value, finite, frozen);
  return perFeature(node.graph, node.name, value, finite, 'shift', frozen);
}

/** At most this is added to what a softmax is to leave out. */
const MASKED = -10_000;
/** The largest float32. */
const LARGEST = 3.4028234663852886e38;

function times(node: OnnxNode, { value }: Sides, constant: Constant): Value {
  const factor = uniform(constant);
  const half = node.graph.halves.get(value.box);
  if (half !== undefined && factor !== undefined) {
    const box = node.graph.name(`${node.name}/erf`);
    node.graph.halves.set(box, { ...half, factor: half.factor * factor });
    return { ...value, box };
  }
  if (factor !== undefined) return scale(node, node.name, value, factor);
  return perFeature(node.graph, node.name, value, constant, 'factor');
}

/** The value times a factor; a factor of a factor is one. */
function scale(node: OnnxNode, wanted: string, value: Value, factor: number): Value {
  const of = node.graph.scales.get(value.box);
  const child = of === undefined ? value.box : of.child;
  const product = of === undefined ? factor : of.factor * factor;
  if (product === 1) return { ...value, box: child };
  const placed = node.graph.map(wanted, { kind: 'scale', factor: product }, { ...value, box: child });
  node.graph.scales.set(placed.box, { child, factor: product });
  return placed;
}

function pair(node: OnnxNode, kind: string): void {
  const [first, ...others] = node.inputs as [Known, ...Known[]];
  node.set(joined(node, node.name, kind, [first, ...others.map((other) => aligned(node, first, other))]));
}

/** A box of values, which are broadcast to one shape. */
function joined(node: OnnxNode, wanted: string, kind: string, inputs: readonly Known[]): Value {
  const given = inputs.map((known): Value => {
    if (known.isConstant) throw new Refusal('expected values of the graph, got a constant');
    return known;
  });
  const rank = Math.max(...given.map(({ layout }) => layout.length));
  const values = given.map((value) => ofRank(value, rank));
  const dims = commonDims(values.map(dimsOf));
  const [first, ...others] = values.map((value) => stretched(node.graph, wanted, value, dims)) as [
    Value,
    ...Value[],
  ];
  const isFull = first.layout.length === first.shape.length + 1;
  const base = isFull ? first : node.graph.plain(wanted, first);
  const axes = [...dims.keys()].toSorted((a, b) => (base.layout[a] as number) - (base.layout[b] as number));
  const order = isFull
    ? axes
    : [batchAxisOf(first), ...[...dims.keys()].filter((axis) => axis !== batchAxisOf(first))];
  const children = others.map((other) => node.graph.arranged(wanted, other, order).box);
  return { ...base, ...node.graph.place(wanted, { kind }, [base.box, ...children]) };
}

/** The larger of values, or with sign −1 the smaller. */
function extreme(node: OnnxNode, sign: 1 | -1): void {
  const [first, ...others] = node.inputs as [Known, ...Known[]];
  node.set(
    others.reduce<Known>((so, other, i) => {
      const wanted = i === others.length - 1 ? node.name : `${node.name}/${i}`;
      const [constant, value] = so.isConstant ? [so, other] : [other, so];
      if (value.isConstant) throw new Refusal('expected a value, got constants alone');
      if (constant.isConstant) {
        const bound = Math.min(Math.max(single(constant), -LARGEST), LARGEST);
        if (sign === 1 && bound === 0) return node.graph.map(wanted, { kind: 'relu' }, value);
        const [min, max] = sign === 1 ? [bound, LARGEST] : [-LARGEST, bound];
        return node.graph.map(wanted, { kind: 'clip', min, max }, value);
      }
      const apart = joined(
        node,
        `${wanted}/apart`,
        'subtract',
        sign === 1 ? [constant, value] : [value, constant],
      );
      const above = node.graph.map(`${wanted}/above`, { kind: 'relu' }, apart);
      return joined(node, wanted, sign === 1 ? 'add' : 'subtract', [value, above]);
    }, first),
  );
}

/**
 * What an embedding has, where there is an index: itself, since it is 0 for −1. Weights of the indices wait for it.
 */
function present(node: OnnxNode): boolean {
  const [left, right] = [node.value(0), node.value(1)];
  const [part, other] = node.graph.presences.has(left.box) ? [left, right] : [right, left];
  const presence = node.graph.presences.get(part.box);
  if (presence === undefined) return false;
  const { kind, children } = node.graph.boxes.get(other.box) ?? {};
  if (kind === 'embedding' && children?.[0] === presence.input) {
    const { weights } = presence;
    node.set(weights === undefined ? other : joined(node, node.name, 'multiply', [other, weights]));
    return true;
  }
  if (presence.weights !== undefined)
    throw new Refusal('expected the embedding of indices, got another value');
  const box = node.graph.name(`${node.name}/weighed`);
  node.graph.presences.set(box, { ...presence, weights: other });
  node.set({ ...part, box });
  return true;
}

/** x · (1 + erf(x/√2)) of a gelu written out, and a factor, which is ½ in the end. */
function gelu(node: OnnxNode): boolean {
  const [left, right] = [node.value(0), node.value(1)];
  const [half, other] = node.graph.halves.has(left.box) ? [left, right] : [right, left];
  const part = node.graph.halves.get(half.box);
  if (part === undefined) return false;
  const of = node.graph.scales.get(other.box) ?? { child: other.box, factor: 1 };
  if (of.child !== part.of) throw new Refusal('expected the x of the gelu below, got another value');
  const value = node.graph.map(`${node.name}/gelu`, { kind: 'gelu' }, { ...other, box: part.of });
  node.set(scale(node, node.name, value, 2 * of.factor * part.factor));
  return true;
}
