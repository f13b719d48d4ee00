import { expectNames, OptionError, type Tensor } from '@fluxion/tensor';
import type { Optimizer } from './optimizer.js';
import { type LearningRateOptions, schedule } from './schedule.js';

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
 * counted from 1. The learning rate is 0.001 unless given.
 *
 * @throws {OptionError} when α or ε is not positive, δ is negative, or a β is outside [0, 1).
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; ε stands where PyTorch has it.
 * @example
 * update(adam({ learningRate: 3e-4 }));
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const names = ['learningRate', 'decreaseConstant', 'beta1', 'beta2', 'epsilon'];
  expectNames('adam', options, names);
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) {
      throw new OptionError(`adam ${name}: expected a number in [0, 1), got ${beta}; give one, as 0.9`);
    }
  }
  if (!(epsilon > 0)) {
    throw new OptionError(`adam epsilon: expected a positive number, got ${epsilon}; give one, as 1e-8`);
  }
  return {
    kind: 'adam',
    options: { beta1, beta2, epsilon },
    learningRate: schedule({ ...options, learningRate }, 'adam'),
    nonNegative: ['moment2'],
    stateShapes: ({ value: { shape } }) => ({ moment1: shape, moment2: shape }),
    bind: (kernels, { parameter, gradient, penalty }, { moment1, moment2 }) =>
      kernels.adam(parameter.value, gradient, penalty, moment1 as Tensor, moment2 as Tensor, {
        beta1,
        beta2,
        epsilon,
      }),
  };
}
