import type { Tensor } from '@fluxion/tensor';
import { type Constant, constant } from '../read/constant.js';
import { constantOf, single, tensorOf } from './constants.js';
import type { OnnxNode } from './onnxNode.js';
import { stepsOf } from './steps.js';
import { axisIn, dimsOf, Refusal } from './value.js';

/** What a node makes of constants alone. */
type Fold = (node: OnnxNode, inputs: readonly Constant[]) => Constant;

/** Numbers of a constant that is computed, at most: shapes and masks are small, but a file can ask for anything. */
const MOST = 2 ** 22;

/**
 * What a node is where it depends on constants alone, or on shapes: undefined where it does not.
 *
 * Such nodes compute the shapes that others need; in whole numbers the size of the minibatch is NaN.
 *
 * @throws {Refusal} when it would be a constant, but not one that can be computed here.
 */
export function folded(node: OnnxNode): Constant | undefined {
  if (node.type === 'Shape') return shapeOf(node);
  if (node.type === 'Constant') return given(node);
  const fold = Object.hasOwn(folds, node.type) ? folds[node.type] : undefined;
  const inputs = Array.from({ length: node.inputCount }, (_, place) => node.optional(place));
  if (inputs.length === 0 || !inputs.every((known) => known === undefined || known.isConstant))
    return undefined;
  if (fold === undefined) throw new Refusal('expected a value of the graph, got constants alone');
  expectInputs(node, inputs);
  const constant = fold(node, inputs as readonly Constant[]);
  node.graph.spend(constant.values.length);
  return constant;
}

/** Inputs that an operator cannot do without, where it is more than the first. */
const NEEDED: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Equal'].map((type) => [type, 2])),
  Gather: 2,
  Expand: 2,
  Range: 3,
  Where: 3,
};

/** @throws {Refusal} when one is missing. */
function expectInputs(node: OnnxNode, inputs: readonly unknown[]): void {
  const { type } = node;
  const byInput = type === 'Reshape' && node.ints('shape') === undefined ? 2 : 1;
  const needed = type === 'Concat' ? inputs.length : (NEEDED[type] ?? byInput);
  for (let place = 0; place < needed; place++) {
    if (inputs[place] === undefined) throw new Refusal(`expected input ${place + 1}, got none`);
  }
}

function shapeOf(node: OnnxNode): Constant {
  const dims = dimsOf(node.input(0));
  const from = node.int('start', 0);
  return whole(dims.slice(from, node.has('end') ? node.int('end', 0) : undefined));
}

function given(node: OnnxNode): Constant {
  const value = node.tensor('value');
  if (value !== undefined) return value;
  if (node.has('value_float')) return constant([node.float('value_float', 0)], []);
  if (node.has('value_int')) return whole([node.int('value_int', 0)], []);
  const [floats, ints] = [node.floats('value_floats'), node.ints('value_ints')];
  if (node.has('value_floats') && floats !== undefined) return constant(floats);
  if (node.has('value_ints') && ints !== undefined) return whole(ints);
  throw new Refusal('expected numbers, got a constant of another kind');
}

function whole(values: readonly number[], shape: readonly number[] = [values.length]): Constant {
  return constant(values, shape, true);
}

/** An operator on numbers of each input, whose shapes are broadcast. */
function broadcast(compute: (numbers: readonly number[], isWhole: boolean) => number, isTruth = false): Fold {
  return (_, inputs) => {
    const all = inputs as readonly Constant[];
    const rank = Math.max(...all.map(({ shape }) => shape.length));
    const shapes = all.map(({ shape }) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = (shapes[0] as number[]).map((_, axis) => {
      const lengths = shapes.map((own) => own[axis] as number);
      const long = lengths.find((length) => length !== 1) ?? 1;
      if (lengths.some((length) => length !== 1 && length !== long))
        throw new Refusal(`expected ${shapes.map((own) => `[${own}]`).join(' and ')} to fit`);
      return long;
    });
    const isWhole = all.every((input) => input.isWhole);
    const index = places(shape);
    const steps = shapes.map(strides);
    return filled(shape, isWhole || isTruth, (i) => {
      const at = index(i);
      const numbers = all.map(
        ({ values }, input) => values[dot(at, steps[input] as readonly number[])] as number,
      );
      return compute(numbers, isWhole);
    });
  };
}

function pairs(compute: (a: number, b: number, isWhole: boolean) => number, isTruth = false): Fold {
  return broadcast(([a, b], isWhole) => compute(a as number, b as number, isWhole), isTruth);
}

function filled(shape: readonly number[], isWhole: boolean, value: (i: number) => number): Constant {
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(size >= 0 && size <= MOST))
    throw new Refusal(`expected a constant of at most ${MOST} numbers, got [${shape}]`);
  return constant(
    Float64Array.from({ length: size }, (_, i) => value(i)),
    shape,
    isWhole,
  );
}

/** The place of element i along each axis. */
function places(shape: readonly number[]): (i: number) => readonly number[] {
  return (i) => {
    let rest = i;
    return shape
      .toReversed()
      .map((length) => {
        const at = rest % length;
        rest = (rest - at) / length;
        return at;
      })
      .toReversed();
  };
}

/** Elements from one step of each axis to the next; 0 where it is broadcast. */
function strides(shape: readonly number[]): readonly number[] {
  let step = 1;
  return shape
    .toReversed()
    .map((length) => {
      const own = length === 1 ? 0 : step;
      step *= length;
      return own;
    })
    .toReversed();
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function each(compute: (value: number) => number): Fold {
  return (_, [input]) => {
    const { values, shape, isWhole } = input as Constant;
    return constant(values.map(compute), shape, isWhole);
  };
}

/** The same numbers in another shape. */
const reshaped: Fold = (node, [input, wanted]) => {
  const { values, shape, isWhole } = input as Constant;
  const target = node.ints('shape') ?? [...(wanted as Constant).values];
  const kept = target.map((length, axis) => (length === 0 ? (shape[axis] as number) : length));
  const known = kept.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const solved = kept.map((length) => (length === -1 ? values.length / known : length));
  if (solved.reduce((product, length) => product * length, 1) !== values.length) {
    throw new Refusal(`expected ${values.length} numbers, got the shape [${target}]`);
  }
  return constant(values, solved, isWhole);
};

const unsqueezed: Fold = (node, [input]) => {
  const { values, shape, isWhole } = input as Constant;
  const axes = node.list('axes', 1) ?? [];
  const out = [...shape];
  const rank = shape.length + axes.length;
  for (const axis of axes.map((axis) => axisIn(axis, rank)).toSorted((a, b) => a - b)) out.splice(axis, 0, 1);
  return constant(values, out, isWhole);
};

const squeezed: Fold = (node, [input]) => {
  const { values, shape, isWhole } = input as Constant;
  const axes = node.list('axes', 1)?.map((axis) => axisIn(axis, shape.length));
  return constant(
    values,
    shape.filter((length, axis) => length !== 1 || (axes !== undefined && !axes.includes(axis))),
    isWhole,
  );
};

const gathered: Fold = (node, [input, at]) => {
  const { shape, isWhole } = input as Constant;
  const { values: steps, shape: stepsShape } = at as Constant;
  const axis = axisIn(node.int('axis', 0), shape.length);
  const view = tensorOf(input as Constant);
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const out = [...before, ...stepsShape, ...after];
  const index = places(out);
  const stepStrides = strides(stepsShape);
  return filled(out, isWhole, (i) => {
    const place = index(i);
    const step = steps[
      dot(place.slice(before.length, before.length + stepsShape.length), stepStrides)
    ] as number;
    const from = step < 0 ? step + (shape[axis] as number) : step;
    if (!(from >= 0 && from < (shape[axis] as number)))
      throw new Refusal(`expected a step of ${shape[axis]}, got ${step}`);
    return view.get(
      ...place.slice(0, before.length),
      from,
      ...place.slice(before.length + stepsShape.length),
    );
  });
};

const joined: Fold = (node, inputs) => {
  const [first] = inputs as readonly [Constant];
  const axis = axisIn(node.int('axis', 1), first.shape.length);
  const length = inputs.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const shape = first.shape.with(axis, length);
  const out = filled(shape, first.isWhole, () => 0);
  const view = tensorOf(out);
  let start = 0;
  for (const input of inputs) {
    const index = places(input.shape);
    input.values.forEach((value, i) => {
      const at = index(i);
      view.set(...at.with(axis, (at[axis] as number) + start), value);
    });
    start += input.shape[axis] as number;
  }
  return out;
};

const sliced: Fold = (node, [input]) => {
  const whole = input as Constant;
  const starts = node.list('starts', 1) ?? [];
  const ends = node.list('ends', 2) ?? [];
  const axes = node.list('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = node.list('steps', 4) ?? starts.map(() => 1);
  let view = tensorOf(whole);
  axes.forEach((given, i) => {
    const axis = axisIn(given, view.dimension);
    const taken = stepsOf(
      view.shape[axis] as number,
      starts[i] as number,
      ends[i] as number,
      steps[i] as number,
    );
    const shape = view.shape.with(axis, taken.length);
    const index = places(shape);
    const from = view;
    const part = filled(shape, whole.isWhole, (place) => {
      const at = index(place);
      return from.get(...at.with(axis, taken[at[axis] as number] as number));
    });
    view = tensorOf(part);
  });
  return constantOf(view, whole.isWhole);
};

const folds: Readonly<Record<string, Fold>> = {
  Identity: each((value) => value),
  Cast: (node, [input]) => {
    const { values, shape } = input as Constant;
    const isWhole = ![1, 10, 11, 16].includes(node.int('to', 1));
    return constant(isWhole ? values.map(Math.trunc) : values, shape, isWhole);
  },
  Neg: each((value) => -value),
  Sqrt: each(Math.sqrt),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Reciprocal: each((value) => 1 / value),
  Not: each((value) => (value === 0 ? 1 : 0)),
  Add: pairs((a, b) => a + b),
  Sub: pairs((a, b) => a - b),
  Mul: pairs((a, b) => a * b),
  Div: pairs((a, b, isWhole) => (isWhole ? Math.trunc(a / b) : a / b)),
  Pow: pairs((a, b) => a ** b),
  Max: pairs((a, b) => Math.max(a, b)),
  Min: pairs((a, b) => Math.min(a, b)),
  Equal: pairs((a, b) => (a === b ? 1 : 0), true),
  Where: broadcast(([is, a, b]) => (is === 0 ? b : a) as number),
  Reshape: reshaped,
  Flatten: (node, [input]) => {
    const { values, shape, isWhole } = input as Constant;
    const axis = node.int('axis', 1);
    const before = shape.slice(0, axis).reduce((product, length) => product * length, 1);
    return constant(values, [before, values.length / Math.max(before, 1)], isWhole);
  },
  Transpose: (node, [input]) => {
    const perm = node.ints('perm') ?? (input as Constant).shape.map((_, axis) => axis).toReversed();
    return constantOf(tensorOf(input as Constant).transpose(...perm) as Tensor, (input as Constant).isWhole);
  },
  Unsqueeze: unsqueezed,
  Squeeze: squeezed,
  Gather: gathered,
  Concat: joined,
  Slice: sliced,
  ConstantOfShape: (node, [input]) => {
    const value = node.tensor('value');
    // What is the same for every example can be had once.
    const shape = [...(input as Constant).values].map((length) => (Number.isNaN(length) ? 1 : length));
    const number = value === undefined ? 0 : single(value);
    return filled(shape, value?.isWhole ?? false, () => number);
  },
  Expand: (node, [input, wanted]) => {
    const shape = [...(wanted as Constant).values].map((length) => (Number.isNaN(length) ? 1 : length));
    const ones = filled(shape, (input as Constant).isWhole, () => 1);
    return (folds.Mul as Fold)(node, [input as Constant, ones]);
  },
  Range: (_, inputs) => {
    const [start, limit, delta] = inputs.map(single) as [number, number, number];
    return filled([Math.max(Math.ceil((limit - start) / delta), 0)], true, (i) => start + i * delta);
  },
};
