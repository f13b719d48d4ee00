import type { Parameter, ParameterGradient } from '@fluxion/graph';
import type { Kernels, Saved, Shape, Tensor, UpdateRun } from '@fluxion/tensor';
import type { Schedule } from './schedule.js';

/** What an optimizer remembers of one parameter: tensors by name, so that they save. */
export type ParameterState = Readonly<Record<string, Tensor>>;

/**
 * A rule that changes parameters by their gradients: θ ← θ + α·Δ. It has no state of its own: `OptimizerState` keeps
 * that, with the number of updates.
 */
export interface Optimizer {
  readonly kind: string;
  /** The options that give the state its meaning; the learning rate is not among them and may change from run to run. */
  readonly options: Saved['options'];
  readonly learningRate: Schedule;
  /** Names of the tensors that never hold a number below 0, such as means of squares. */
  readonly nonNegative?: readonly string[];
  /** The optimizer of a parameter, where there is one for each group of them. */
  of?(parameter: Parameter): Optimizer;
  /**
   * Looks at the parameters of a model before its first update.
   *
   * @throws {OptionError} when one that the options name is not among them.
   */
  expectParameters?(parameters: readonly Parameter[]): void;
  /** Shapes of the tensors in a parameter's state, by any names but `updates`; each begins at 0. */
  stateShapes(parameter: Parameter): Readonly<Record<string, Shape>>;
  /** Binds the kernel that updates one parameter by the gradient that a backward pass leaves for it. */
  bind(kernels: Kernels, gradient: ParameterGradient, state: ParameterState): UpdateRun;
}

/** What updates a parameter: the optimizer itself, or that of its group. */
export function optimizerOf(optimizer: Optimizer, parameter: Parameter): Optimizer {
  return optimizer.of?.(parameter) ?? optimizer;
}
