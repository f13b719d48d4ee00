import type { Shape } from '@fluxion/tensor';
import type { Constant } from '../read/constant.js';
import { expectSize, type GraphImport } from './graphImport.js';
import { batchAxisOf, dimsOf, dimText, Refusal, UNIT, type Value } from './value.js';

/** Features that are scaled or shifted each by a number of its own, at most: each is a group of a convolution. */
const MOST = 4096;

/** The value with axes of length 1 before its own, as the standard broadcasts. */
export function ofRank(value: Value, rank: number): Value {
  const missing = new Array<number>(Math.max(rank - value.layout.length, 0)).fill(UNIT);
  return { ...value, layout: [...missing, ...value.layout] };
}

/** The lengths of the axes of several values together. @throws {Refusal} when they do not fit. */
export function commonDims(all: readonly Shape[]): Shape {
  const [first = []] = all;
  return first.map((_, axis) => {
    const lengths = all.map((dims) => dims[axis] as number);
    const long = lengths.find((length) => length !== 1) ?? 1;
    if (lengths.some((length) => length !== 1 && !Object.is(length, long))) {
      throw new Refusal(
        `expected values that fit, got ${all.map((dims) => `[${dims.map(dimText)}]`).join(' and ')}`,
      );
    }
    return long;
  });
}

/** The value repeated along its axes of length 1, to these lengths: each a product with ones. */
export function stretched(graph: GraphImport, wanted: string, value: Value, dims: Shape): Value {
  return dims.reduce((value, length, axis) => {
    const own = dimsOf(value)[axis];
    if (own !== 1 || length === 1) return value;
    if (Number.isNaN(length)) throw new Refusal('expected a value of each example, got one for all of them');
    expectSize([length]);
    const ones = { weight: new Float32Array(length).fill(1) };
    const description = { kind: 'linear', units: length, bias: false, frozen: true };
    return graph.map(`${wanted}/repeat`, description, graph.withLast(wanted, value, axis), ones);
  }, value);
}

/** The value and a number, which stays as it is. */
export function shifted(graph: GraphImport, wanted: string, value: Value, amount: number): Value {
  const column = graph.reshape(`${wanted}/column`, value, [...value.shape, 1]);
  const one = { weight: [1], bias: [amount] };
  const { box, shape } = graph.place(
    `${wanted}/shift`,
    { kind: 'linear', units: 1, frozen: true },
    [column],
    one,
  );
  return { ...value, box: graph.reshape(wanted, { ...value, box, shape }, value.shape) };
}

/** Axes along which a constant differs, as the value has them. */
function axesOf(value: Value, constant: Constant): readonly number[] {
  const dims = dimsOf(value);
  const before = dims.length - constant.shape.length;
  const axes = constant.shape.flatMap((length, axis) => (length === 1 ? [] : [axis + before]));
  const isWithin = before >= 0 && axes.every((axis) => dims[axis] === constant.shape[axis - before]);
  if (isWithin) return axes;
  throw new Refusal(`expected a constant within [${dims.map(dimText)}], got [${constant.shape}]`);
}

/** The numbers of a constant along the last axis of the value's box alone; undefined where it differs along another. */
export function alongLast(value: Value, constant: Constant): Constant['values'] | undefined {
  const axes = axesOf(value, constant);
  const length = value.shape.at(-1) ?? 0;
  if (axes.length === 0) return new Float64Array(length).fill(constant.values[0] as number);
  return axes.length === 1 && value.layout[axes[0] as number] === value.shape.length
    ? constant.values
    : undefined;
}

/**
 * The value and a constant that differs along all its axes: as positions are learned, one number for each place.
 */
export function perPlace(
  graph: GraphImport,
  wanted: string,
  value: Value,
  { values }: Constant,
  frozen: boolean,
): Value {
  const plain = graph.plain(wanted, value);
  const width = plain.shape.at(-1) ?? 1;
  const rows = graph.reshape(`${wanted}/rows`, plain, [values.length / width, width]);
  const description = { kind: 'learnedPositions', frozen };
  const { box, shape } = graph.place(`${wanted}/places`, description, [rows], { weight: values });
  return { ...plain, box: graph.reshape(wanted, { ...plain, box, shape }, plain.shape) };
}

/** Whether a constant has a number for each place of an example, so that none comes twice. */
export function isOfAllPlaces(value: Value, constant: Constant): boolean {
  const size = value.shape.reduce((product, length) => product * length, 1);
  return constant.values.length === size && axesOf(value, constant).length > 1;
}

/**
 * Each feature of the value times a number of its own, and another: a convolution of one step, each channel by itself.
 */
export function perFeature(
  graph: GraphImport,
  wanted: string,
  value: Value,
  constant: Constant,
  use: 'factor' | 'shift',
  frozen = false,
): Value {
  if (value.joined !== undefined)
    return ofJoined(value, constant, (...apart) => perFeature(graph, wanted, ...apart, use, frozen));
  const axes = axesOf(value, constant);
  const size = constant.values.length;
  if (size > MOST)
    throw new Refusal(`expected a constant of at most ${MOST} numbers, got [${constant.shape}]`);
  const batch = batchAxisOf(value);
  const others = value.layout.map((_, axis) => axis).filter((axis) => axis !== batch && !axes.includes(axis));
  const arranged = graph.arranged(wanted, value, [batch, ...others, ...axes]);
  const count = arranged.shape.reduce((product, length) => product * length, 1);
  const rows = graph.reshape(`${wanted}/rows`, arranged, [count / size, size]);
  const isShift = use === 'shift';
  const description = { kind: 'conv1d', channels: size, kernel: 1, groups: size, frozen, bias: isShift };
  const { box, shape } = graph.place(`${wanted}/each`, description, [rows], {
    weight: isShift ? new Float32Array(size).fill(1) : constant.values,
    ...(isShift && { bias: constant.values }),
  });
  return { ...arranged, box: graph.reshape(wanted, { ...arranged, box, shape }, arranged.shape) };
}

/** What is made of a value and a constant, the same for all heads that are joined with the minibatch. */
function ofJoined(
  { joined, ...value }: Value,
  constant: Constant,
  make: (value: Value, constant: Constant) => Value,
): Value {
  const { place, isOuter } = joined as NonNullable<Value['joined']>;
  const heads = batchAxisOf(value) + 1;
  const dims = [...new Array<number>(value.layout.length - constant.shape.length).fill(1), ...constant.shape];
  const made = make(
    { ...value, layout: value.layout.toSpliced(heads, 0, place) },
    { ...constant, shape: dims.toSpliced(heads, 0, 1) },
  );
  const { layout } = made;
  return {
    ...made,
    layout: layout.toSpliced(heads, 1),
    joined: { place: layout[heads] as number, isOuter },
  };
}
