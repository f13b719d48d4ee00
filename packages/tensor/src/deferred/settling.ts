import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { firstRows, perCount, row } from './rows.js';
import type { WaitingTerms } from './waitingTerms.js';

/** Binds W ← p·W + q·v + Xᵀ·diag(w)·Δ and v ← r·W + s·v + Xᵀ·diag(u)·Δ, W and v being those before. */
export function settling(
  kernels: Kernels,
  weight: Tensor,
  velocity: Tensor | undefined,
  inputs: Tensor,
  outputs: Tensor,
): (terms: WaitingTerms) => void {
  const [examples] = outputs.shape as [number, number];
  const scaled = kernels.arena.tensor(outputs.shape);
  const copy = kernels.copy(outputs, { tensor: scaled, beta: 0 });
  const scales = Array.from({ length: examples }, (_, i) => kernels.scale(row(scaled, i)));
  const adder = (tensor: Tensor): ((factors: Float64Array, count: number) => void) => {
    const multiplierOf = (of: Tensor, factor?: number): ((count: number) => Run) =>
      perCount((count) =>
        kernels.matmul(
          firstRows(inputs, count).transpose(1, 0),
          firstRows(of, count),
          { tensor, beta: 1 },
          factor,
        ),
      );
    const multiply = multiplierOf(scaled);
    // At one learning rate without momentum, Δ need not be scaled row by row.
    let common: { readonly factor: number; readonly multiply: (count: number) => Run } | undefined;
    return (factors, count) => {
      const factor = factors[2] as number;
      let i = 1;
      while (i < count && factors[2 + i] === factor) i++;
      if (i === count) {
        if (common?.factor !== factor) common = { factor, multiply: multiplierOf(outputs, factor) };
        common.multiply(count)();
        return;
      }
      copy();
      for (let i = 0; i < count; i++) scales[i]?.(factors[2 + i] as number);
      multiply(count)();
    };
  };
  const addToWeight = adder(weight);
  if (velocity === undefined) {
    const scaleWeight = kernels.scale(weight);
    return ({ value, count }) => {
      if (value[0] !== 1) scaleWeight(value[0] as number);
      addToWeight(value, count);
    };
  }
  const addToVelocity = adder(velocity);
  const mix = kernels.mix(weight, velocity);
  return ({ value, velocity: speed, count }) => {
    mix(value[0] as number, value[1] as number, speed[0] as number, speed[1] as number);
    addToWeight(value, count);
    addToVelocity(speed, count);
  };
}
