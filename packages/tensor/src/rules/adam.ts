import { epsilonBesideRoot, fraction } from '../numberOption.js';
import { power } from './power.js';
import type { UpdateRule } from './updateRule.js';

/**
 * m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − α·m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ) and t the number
 * of updates of this parameter.
 *
 * @see Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; ε stands where PyTorch has it.
 */
export const adam: UpdateRule = {
  options: { beta1: fraction(0.9), beta2: fraction(0.999), epsilon: epsilonBesideRoot(1e-8) },
  states: ['moment1', 'moment2'],
  squares: ['moment2'],
  constants: ({ beta1, beta2, epsilon }, rate, updates) => ({
    // 1 − β is worked out here, in float64: float32 would not give it from β as exactly.
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    rate: rate / (1 - power(beta1, updates)),
    root: 1 / Math.sqrt(1 - power(beta2, updates)),
    epsilon,
  }),
  update(weight, { beta1, rest1, beta2, rest2, rate, root, epsilon }) {
    weight.moment1 = beta1 * weight.moment1 + rest1 * weight.gradient;
    weight.moment2 = beta2 * weight.moment2 + rest2 * (weight.gradient * weight.gradient);
    weight.value -= (rate * weight.moment1) / (Math.sqrt(weight.moment2) * root + epsilon);
  },
  touchesRows: true,
};
