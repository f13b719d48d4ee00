import ops from 'ndarray-ops';
import type { Gradient, Penalty } from '../gradient.js';
import type { AdamOptions, Measure, MomentumOptions, Run, Sink, UpdateRun } from '../kernels.js';
import { type Floats, isContiguous, type Tensor } from '../tensor.js';
import { copy, emptyLike } from './assign.js';
import { matmul } from './matmul.js';

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
  return dense(value, gradient, omega, (weights, gradients, learningRate) => {
    for (let i = 0; i < weights.length; i++)
      (weights[i] as number) -= learningRate * (gradients[i] as number);
  });
}

/** v ← μ·v + g; θ ← θ − α·v, or θ ← θ − α·(g + μ·v) with Nesterov's. */
export function sgdMomentum(
  value: Tensor,
  gradient: Gradient,
  omega: Penalty,
  velocity: Tensor,
  { momentum, nesterov }: MomentumOptions,
): UpdateRun {
  const velocities = flat(velocity);
  return dense(value, gradient, omega, (weights, gradients, learningRate) => {
    for (let i = 0; i < weights.length; i++) {
      const g = gradients[i] as number;
      const v = momentum * (velocities[i] as number) + g;
      velocities[i] = v;
      (weights[i] as number) -= learningRate * (nesterov ? g + momentum * v : v);
    }
  });
}

/** m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − α·m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ). */
export function adam(
  value: Tensor,
  gradient: Gradient,
  omega: Penalty,
  moment1: Tensor,
  moment2: Tensor,
  { beta1, beta2, epsilon }: AdamOptions,
): UpdateRun {
  const first = flat(moment1);
  const second = flat(moment2);
  return dense(value, gradient, omega, (weights, gradients, learningRate, step) => {
    const correction1 = 1 - beta1 ** step;
    const correction2 = 1 - beta2 ** step;
    for (let i = 0; i < weights.length; i++) {
      const g = gradients[i] as number;
      const m = beta1 * (first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      (weights[i] as number) -= (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
    }
  });
}

/** Writes the gradient out before each update. */
function dense(
  value: Tensor,
  gradient: Gradient,
  omega: Penalty,
  update: (weights: Floats, gradients: Floats, learningRate: number, step: number) => void,
): UpdateRun {
  const written = emptyLike(value);
  const write = writeGradient(value, gradient, omega, { tensor: written, beta: 0 });
  const weights = flat(value);
  const gradients = flat(written);
  return (learningRate, step) => {
    write();
    update(weights, gradients, learningRate, step);
  };
}

/** Parameters, their gradients and their state are whole tensors of the arena, never views with gaps. */
function flat(tensor: Tensor): Floats {
  if (!isContiguous(tensor)) throw new TypeError('reference kernels: a parameter must be contiguous');
  return tensor.data.subarray(tensor.offset, tensor.offset + tensor.size);
}
