import type { ParameterGradient } from '@fluxion/graph';
import type { Kernels, Tensor, UpdateRun } from '@fluxion/tensor';
import type { Schedule } from './schedule.js';

/** What an optimizer remembers of one parameter: tensors of the parameter's shape, by name, so that they save. */
export type ParameterState = Readonly<Record<string, Tensor>>;

/**
 * A rule that changes parameters by their gradients: θ ← θ + α·Δ. It has no state of its own: `OptimizerState` keeps
 * that, with the number of updates.
 */
export interface Optimizer {
  readonly kind: string;
  readonly learningRate: Schedule;
  /** Names of the tensors in a parameter's state; each begins at 0. */
  readonly stateNames: readonly string[];
  /** Binds the kernel that updates one parameter by the gradient that a backward pass leaves for it. */
  bind(kernels: Kernels, gradient: ParameterGradient, state: ParameterState): UpdateRun;
}
