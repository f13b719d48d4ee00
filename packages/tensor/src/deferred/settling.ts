import type { Kernels } from '../kernels/kernels.js';
import type { Tensor } from '../tensor.js';
import { first, perCount, row } from './rows.js';
import type { WaitingTerms } from './waitingTerms.js';

/** Binds W ← p·W + q·v + Xᵀ·diag(w)·Δ and v ← r·W + s·v + Xᵀ·diag(u)·Δ, W and v being those before. */
export function settling(
  kernels: Kernels,
  weight: Tensor,
  velocity: Tensor | undefined,
  inputs: Tensor,
  outputs: Tensor,
): (terms: WaitingTerms) => void {
  const ofWeight = scaling(kernels, outputs);
  if (velocity === undefined) {
    const scaleWeight = kernels.scale(weight);
    const add = adder(kernels, weight, inputs, ofWeight.scaled);
    return ({ value, count }) => {
      if (value[0] !== 1) scaleWeight(value[0] as number);
      ofWeight.scale(value, count);
      add(count);
    };
  }
  const ofVelocity = scaling(kernels, outputs);
  // Some rows after others, so that both stay in a cache from the first of these steps to the last.
  const parts = rowParts(weight).map(([from, rows]) => {
    const [w, v] = [weight, velocity].map((whole) =>
      whole.lo(from, 0).hi(rows, whole.shape[1] as number),
    ) as [Tensor, Tensor];
    const x = inputs.lo(0, from).hi(inputs.shape[0] as number, rows);
    return {
      scaleWeight: kernels.scale(w),
      scaleVelocity: kernels.scale(v),
      addVelocity: addition(kernels, v, w),
      addWeight: addition(kernels, w, v),
      addToWeight: adder(kernels, w, x, ofWeight.scaled),
      addToVelocity: adder(kernels, v, x, ofVelocity.scaled),
    };
  });
  return ({ value, velocity: speed, count }) => {
    const [p, q] = value as unknown as [number, number];
    const [r, s] = speed as unknown as [number, number];
    ofWeight.scale(value, count);
    ofVelocity.scale(speed, count);
    for (const part of parts) {
      if (p !== 1) part.scaleWeight(p);
      part.addVelocity(q);
      // The weight before is (weight − q·v)/p now.
      part.scaleVelocity(s - (r * q) / p);
      if (r !== 0) part.addWeight(r / p);
      part.addToWeight(count);
      part.addToVelocity(count);
    }
  };
}

/** Bytes of a weight's rows that stay in the second cache, with as many of its velocity. */
const PART = 2 ** 17;

/** From which row on how many rows go together. */
function rowParts({ shape, data }: Tensor): readonly (readonly [from: number, rows: number])[] {
  const [rows, columns] = shape as [number, number];
  const most = Math.max(16, Math.floor(PART / (columns * data.BYTES_PER_ELEMENT) / 16) * 16);
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => [
    i * most,
    Math.min(most, rows - i * most),
  ]);
}

/** The rows of Δ times their factors, which follow the first two numbers of the terms. */
function scaling(
  kernels: Kernels,
  outputs: Tensor,
): { readonly scaled: Tensor; scale(terms: Float64Array, count: number): void } {
  const scaled = kernels.arena.tensor(outputs.shape);
  const copy = kernels.copy(outputs, { tensor: scaled, beta: 0 });
  const scales = Array.from({ length: outputs.shape[0] as number }, (_, i) => kernels.scale(row(scaled, i)));
  return {
    scaled,
    scale(terms, count) {
      copy();
      for (let i = 0; i < count; i++) scales[i]?.(terms[2 + i] as number);
    },
  };
}

/** Binds tensor ← tensor + Xᵀ·Δ, of so many rows of both. */
function adder(kernels: Kernels, tensor: Tensor, inputs: Tensor, scaled: Tensor): (count: number) => void {
  const multiply = perCount((count) =>
    kernels.matmul(first(inputs, count).transpose(1, 0), first(scaled, count), { tensor, beta: 1 }),
  );
  return (count) => multiply(count)();
}

/** Binds sink ← sink + factor·source, the factor given at each call. */
export function addition(kernels: Kernels, source: Tensor, sink: Tensor): (factor: number) => void {
  const subtract = kernels.sgd(sink, { form: 'dense', tensor: source }, { l1: 0, l2: 0 });
  return (factor) => subtract(-factor, 1);
}
