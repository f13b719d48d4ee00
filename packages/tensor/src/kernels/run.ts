import type { Tensor } from '../tensor.js';

/**
 * A kernel that has been given its tensors. Each call computes once, on what the tensors hold then; nothing is looked
 * up, checked or allocated.
 */
export type Run = () => void;

/** A bound kernel that answers one number. */
export type Measure = () => number;

/**
 * A bound update of a parameter by its gradient: θ ← θ + α·Δ. `updates` counts those of this parameter from 1, for the
 * corrections of bias.
 */
export type UpdateRun = (learningRate: number, updates: number) => void;

/**
 * Where a kernel leaves its result: tensor ← result + beta·tensor. With beta 0 what was there is overwritten, even NaN;
 * with beta 1 the result is added, as gradients of a shared child are.
 */
export interface Sink {
  readonly tensor: Tensor;
  readonly beta: 0 | 1;
  /** Where this, of the tensor's shape, is 0 nobody looks at the result: it may be left out, as if it were 0. Default nowhere. */
  readonly where?: Tensor | undefined;
}
