import type { Optimizer } from './optimizer.js';
import { ruleOptimizer } from './ruleOptimizer.js';
import type { LearningRateOptions } from './schedule.js';

/** Options of Adam. */
export interface AdamOptions extends Partial<LearningRateOptions> {
  /** Decay rate of the mean of the gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay rate of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, added to the root of the corrected second moment. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam: m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − α·m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ) and t
 * the number of updates of this parameter. The learning rate is 0.001 unless given.
 *
 * @throws {OptionError} when α or ε is not positive, δ is negative, or a β is outside [0, 1).
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; ε stands where PyTorch has it.
 * @example
 * update(adam({ learningRate: 3e-4 }));
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return ruleOptimizer('adam', { ...options }, 0.001);
}
