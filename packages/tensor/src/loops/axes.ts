import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** A shape around one of its axes: so many blocks of `length` steps of `inner` numbers. */
function around({ shape }: Tensor, axis: number): { length: number; inner: number; block: number } {
  const length = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((size, lengths) => size * lengths, 1);
  return { length, inner, block: length * inner };
}

/** output ← factor · Σ of the input along an axis, which the output has no more. */
export function sumAxis(input: Tensor, axis: number, { tensor, beta }: Sink, factor = 1): Run {
  const [x, sums] = [numbersOf('sumAxis', input), numbersOf('sumAxis', tensor)];
  const { length, inner, block } = around(input, axis);
  return () => {
    for (let i = 0; i < sums.length; i++) {
      const start = Math.floor(i / inner) * block + (i % inner);
      let sum = 0;
      for (let step = 0; step < length; step++) sum += x[start + step * inner] as number;
      sums[i] = beta === 0 ? factor * sum : (sums[i] as number) + factor * sum;
    }
  };
}

/** sink ← factor · values, the same at each step of an axis that they do not have: what `sumAxis` has as its gradient. */
export function spreadAxis(values: Tensor, axis: number, { tensor, beta }: Sink, factor = 1): Run {
  const [x, z] = [numbersOf('spreadAxis', values), numbersOf('spreadAxis', tensor)];
  const { length, inner, block } = around(tensor, axis);
  return () => {
    for (let i = 0; i < x.length; i++) {
      const start = Math.floor(i / inner) * block + (i % inner);
      const value = factor * (x[i] as number);
      for (let step = 0, at = start; step < length; step++, at += inner) {
        z[at] = beta === 0 ? value : (z[at] as number) + value;
      }
    }
  };
}

/**
 * output ← the largest along an axis, and the step that has it, the first of several; NaN where there is one. A mask
 * [batch, length] leaves steps of the first axis of an example out; where it leaves none, the largest is 0 and no step has it.
 */
export function maxAxis(input: Tensor, axis: number, output: Tensor, places: Tensor, mask?: Tensor): Run {
  const [x, largest, steps] = [input, output, places].map((view) => numbersOf('maxAxis', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const counts = mask && numbersOf('maxAxis', mask);
  const { length, inner, block } = around(input, axis);
  return () => {
    for (let i = 0; i < largest.length; i++) {
      const group = Math.floor(i / inner);
      const start = group * block + (i % inner);
      let best = -1;
      let value = 0;
      for (let step = 0; step < length; step++) {
        if (counts !== undefined && counts[group * length + step] === 0) continue;
        const candidate = x[start + step * inner] as number;
        if (best === -1 || candidate > value || (Number.isNaN(candidate) && !Number.isNaN(value))) {
          best = step;
          value = candidate;
        }
      }
      largest[i] = value;
      steps[i] = best;
    }
  };
}

/** sink ← dOutput at the step that has the largest, 0 at the others. */
export function maxAxisGradient(places: Tensor, dOutput: Tensor, axis: number, { tensor, beta }: Sink): Run {
  const [steps, dy, dx] = [places, dOutput, tensor].map((view) => numbersOf('maxAxisGradient', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const { inner, block } = around(tensor, axis);
  return () => {
    if (beta === 0) dx.fill(0);
    for (let i = 0; i < dy.length; i++) {
      const step = steps[i] as number;
      if (step < 0) continue;
      const at = Math.floor(i / inner) * block + (i % inner) + step * inner;
      dx[at] = (dx[at] as number) + (dy[i] as number);
    }
  };
}

/**
 * shares ← what each step counts in the mean, [batch, length]: mask / Σ mask, or 0 where none counts; 1/length where there is no mask.
 */
export function meanShares(mask: Tensor | undefined, shares: Tensor): Run {
  const counts = mask && numbersOf('meanShares', mask);
  const parts = numbersOf('meanShares', shares);
  const [batch, length] = shares.shape as [number, number];
  if (counts === undefined) return () => void parts.fill(1 / length);
  return () => {
    for (let i = 0; i < batch; i++) {
      let count = 0;
      for (let step = 0; step < length; step++) count += counts[i * length + step] as number;
      for (let at = i * length; at < (i + 1) * length; at++) {
        parts[at] = count === 0 ? 0 : (counts[at] as number) / count;
      }
    }
  };
}

/** sink ← Σ over the steps of [batch, length, ...shape], each times its share [batch, length]. */
export function sumSteps(input: Tensor, shares: Tensor, { tensor, beta }: Sink): Run {
  const [x, parts, sums] = [input, shares, tensor].map((view) => numbersOf('sumSteps', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const [batch, length] = shares.shape as [number, number];
  const size = batch === 0 ? 0 : sums.length / batch;
  return () => {
    if (beta === 0) sums.fill(0);
    for (let step = 0; step < batch * length; step++) {
      const share = parts[step] as number;
      if (share === 0) continue;
      const to = Math.floor(step / length) * size;
      for (let j = 0; j < size; j++) {
        sums[to + j] = (sums[to + j] as number) + share * (x[step * size + j] as number);
      }
    }
  };
}

/** sink ← at each step its share of the values: the gradient of `sumSteps`. */
export function spreadSteps(values: Tensor, shares: Tensor, { tensor, beta }: Sink): Run {
  const [x, parts, z] = [values, shares, tensor].map((view) => numbersOf('spreadSteps', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const [batch, length] = shares.shape as [number, number];
  const size = batch === 0 ? 0 : x.length / batch;
  return () => {
    for (let step = 0; step < batch * length; step++) {
      const share = parts[step] as number;
      const from = Math.floor(step / length) * size;
      for (let j = 0, to = step * size; j < size; j++, to++) {
        const value = share * (x[from + j] as number);
        z[to] = beta === 0 ? value : (z[to] as number) + value;
      }
    }
  };
}
