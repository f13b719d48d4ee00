import { TensorProto_DataType as Type } from '../../proto/onnx_pb.js';
import { alongLast } from '../broadcast.js';
import { single } from '../constants.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operator, Operators } from '../operator.js';
import { batchAxisOf, dimsOf, Refusal, type Value } from '../value.js';

/** A box of each element. */
function map(kind: string, options: (node: OnnxNode) => object = () => ({})): Operator {
  return (node) => node.box({ kind, ...options(node) });
}

const FLOATS: readonly number[] = [Type.FLOAT, Type.DOUBLE, Type.FLOAT16, Type.BFLOAT16];
const WHOLE: readonly number[] = [Type.INT64, Type.INT32];

const LARGEST = 3.4028234663852886e38;

/** Functions of each element, and softmax. */
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
  LeakyRelu: map('leakyRelu', (node) => ({ slope: node.float('alpha', 0.01) })),
  Elu: map('elu', (node) => ({ alpha: node.float('alpha', 1) })),
  Gelu: (node) => node.box({ kind: node.text('approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu' }),
  PRelu(node) {
    const [value, slope] = [node.value(), node.constant(1)];
    const along = slope.shape.findIndex((length) => length > 1);
    const axis = along < 0 ? value.layout.length - 1 : along + value.layout.length - slope.shape.length;
    const last = node.graph.withLast(node.name, value, axis);
    const slopes = alongLast(last, slope);
    if (slopes === undefined) throw new Refusal(`expected slopes of one axis, got [${slope.shape}]`);
    node.box({ kind: 'prelu' }, last, { slope: slopes });
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
  Softmax: (node) => void softmax(node),
  LogSoftmax(node) {
    const value = softmax(node, `${node.name}/softmax`);
    node.set(node.graph.map(node.name, { kind: 'log' }, value));
  },
  Dropout(node) {
    const given = node.has('ratio') ? node.float('ratio', 0.5) : undefined;
    const rate = given ?? (node.optional(1) === undefined ? 0.5 : single(node.constant(1)));
    if (node.wants(1)) throw new Refusal('expected its mask to be unused, got a node that reads it');
    if (rate === 0) {
      node.set(node.input(0));
      return;
    }
    node.box({ kind: 'dropout', rate });
  },
  Identity: (node) => node.set(node.input(0)),
  /** Nothing between float types, nor of indices between integer types. */
  Cast(node) {
    const value = node.value();
    const to = node.int('to', Type.UNDEFINED);
    const { absences, presences } = node.graph;
    const isTruth = absences.has(value.box) || presences.has(value.box);
    const [kinds, what] = value.isIndex ? [WHOLE, 'integer types'] : [FLOATS, 'float types'];
    if (!isTruth && !kinds.includes(to)) {
      throw new Refusal(`expected a cast between ${what}, got one to ${Type[to] ?? to}`);
    }
    node.set(value);
  },
};

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
