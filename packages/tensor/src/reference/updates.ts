import ops from 'ndarray-ops';
import type { Gradient, Penalty } from '../gradient.js';
import type { Measure, Run, Sink, UpdateRun } from '../kernels/run.js';
import type { Numbers } from '../numberOption.js';
import { bindRule } from '../rules/bindRule.js';
import type { RuleName } from '../rules/named.js';
import { TouchedRows } from '../rules/touchedRows.js';
import type { UpdateRule, Weight } from '../rules/updateRule.js';
import { type Floats, isContiguous, type Tensor, tensor } from '../tensor.js';
import { copy, emptyLike } from './moves.js';
import { matmul } from './products.js';

/** Ω(value) = l1·Σ|value| + l2·Σ value². */
export function penalty(value: Tensor, { l1, l2 }: Penalty): Measure {
  return () => (l1 === 0 ? 0 : l1 * ops.norm1(value)) + (l2 === 0 ? 0 : l2 * ops.norm2squared(value));
}

/** sink ← factor·gradient + l1·sign(value) + 2·l2·value. */
export function writeGradient(
  value: Tensor,
  gradient: Gradient,
  { l1, l2 }: Penalty,
  sink: Sink,
  factor = 1,
): Run {
  const write = writer(gradient, sink, factor);
  if (l1 === 0 && l2 === 0) return write;
  const weights = flat(value);
  const sums = flat(sink.tensor);
  return () => {
    write();
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      (sums[i] as number) += l1 * Math.sign(weight) + 2 * l2 * weight;
    }
  };
}

/** sink ← factor·gradient, without a penalty. */
function writer(gradient: Gradient, sink: Sink, factor: number): Run {
  if (gradient.form === 'dense') return copy(gradient.tensor, sink, factor);
  const { tensor } = sink;
  const clear: Run = sink.beta === 0 ? () => ops.assigns(tensor, 0) : () => {};
  if (gradient.form === 'factored') {
    const products = gradient.pairs.map(({ input, dOutput }) =>
      matmul(input.transpose(1, 0), dOutput, { tensor, beta: 1 }, factor),
    );
    return () => {
      clear();
      for (const add of products) add();
    };
  }
  const { indices, rows } = gradient;
  const [count, width] = rows.shape as [number, number];
  const sums = flat(tensor);
  return () => {
    clear();
    for (let i = 0; i < count; i++) {
      const index = indices.get(i);
      if (index < 0) continue;
      for (let j = 0; j < width; j++) {
        (sums[index * width + j] as number) += factor * (rows.get(i, j) as number);
      }
    }
  };
}

/** θ ← θ − α·g, with g the gradient written out. */
export function sgd(value: Tensor, gradient: Gradient, omega: Penalty): UpdateRun {
  const written = emptyLike(value);
  const write = writeGradient(value, gradient, omega, { tensor: written, beta: 0 });
  const weights = flat(value);
  const gradients = flat(written);
  return (learningRate) => {
    write();
    for (let i = 0; i < weights.length; i++)
      (weights[i] as number) -= learningRate * (gradients[i] as number);
  };
}

/** An update by a rule: one weight after another, of the whole parameter or of the rows that the gradient touches. */
export function update(
  wanted: RuleName | UpdateRule,
  value: Tensor,
  gradient: Gradient,
  penalty: Penalty,
  state: Readonly<Record<string, Tensor>>,
  options?: Numbers,
): UpdateRun {
  const bound = bindRule(wanted, value, state, options);
  const { rule } = bound;
  const states = bound.states.map(flat);
  if (gradient.form === 'rows' && rule.touchesRows) {
    const touched = new TouchedRows(gradient.indices, value);
    const { width } = touched;
    const sums = tensor(emptyLike(gradient.rows).data, [gradient.rows.size]);
    const sweep = sweepOf(rule, flat(value), sums.data, penalty, states);
    return (learningRate, updates) => {
      const constants = bound.constants(learningRate, updates);
      touched.find();
      sums.data.fill(0, 0, touched.count * width);
      touched.places.forEach((place, i) => {
        if (place < 0) return;
        for (let j = 0; j < width; j++) {
          (sums.data[place * width + j] as number) += gradient.rows.get(i, j) as number;
        }
      });
      for (let k = 0; k < touched.count; k++) {
        sweep(constants, (touched.rows[k] as number) * width, k * width, width);
      }
    };
  }
  const dense =
    gradient.form === 'dense' && isContiguous(gradient.tensor) ? gradient.tensor : emptyLike(value);
  const write =
    gradient.form === 'dense' && dense === gradient.tensor
      ? () => {}
      : writer(gradient, { tensor: dense, beta: 0 }, 1);
  const weights = flat(value);
  const direction = new (weights.constructor as Float64ArrayConstructor)(rule.length ? weights.length : 0);
  const sweep = sweepOf(rule, weights, flat(dense), penalty, states, direction);
  return (learningRate, updates) => {
    const constants = bound.constants(learningRate, updates);
    write();
    sweep(constants, 0, 0, weights.length);
    if (rule.length === undefined) return;
    const length = rule.length(norm(weights), norm(direction), constants);
    for (let i = 0; i < weights.length; i++) (weights[i] as number) -= length * (direction[i] as number);
  };
}

/** A rule's update of some weights in turn, with gradients that begin at a place of their own. */
type Sweep = (constants: Numbers, at: number, gradientAt: number, length: number) => void;

function sweepOf(
  { update, states: names }: UpdateRule,
  weights: Floats,
  gradients: Floats,
  { l1, l2 }: Penalty,
  states: readonly Floats[],
  direction?: Floats,
): Sweep {
  const all = ['value', 'gradient', ...names, 'direction'];
  const weight: Weight = Object.fromEntries(all.map((name) => [name, 0]));
  return (constants, at, gradientAt, length) => {
    for (let i = 0; i < length; i++) {
      const value = weights[at + i] as number;
      weight.value = value;
      weight.gradient = (gradients[gradientAt + i] as number) + (l1 * Math.sign(value) + 2 * l2 * value);
      for (let k = 0; k < states.length; k++) weight[names[k] as string] = states[k]?.[at + i] as number;
      update(weight, constants);
      for (let k = 0; k < states.length; k++)
        (states[k] as Floats)[at + i] = weight[names[k] as string] as number;
      weights[at + i] = weight.value;
      if (direction !== undefined) direction[at + i] = weight.direction as number;
    }
  };
}

function norm(numbers: Floats): number {
  let sum = 0;
  for (const number of numbers) sum += number * number;
  return Math.sqrt(sum);
}

/** Parameters, their gradients and their state are whole tensors of the arena, never views with gaps. */
function flat(tensor: Tensor): Floats {
  if (!isContiguous(tensor)) throw new TypeError('reference kernels: a parameter must be contiguous');
  return tensor.data.subarray(tensor.offset, tensor.offset + tensor.size);
}
