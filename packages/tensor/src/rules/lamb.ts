import { epsilonBesideRoot, fraction, nonnegative } from '../numberOption.js';
import { power } from './power.js';
import type { UpdateRule } from './updateRule.js';

/**
 * Adam's direction and decoupled weight decay, r = m̂ / (√v̂ + ε) + λθ, at the length of the parameter:
 * θ ← θ − α·‖θ‖/‖r‖·r; without the quotient where either norm is 0.
 *
 * @see You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, algorithm 2, with
 *   φ(z) = z.
 */
export const lamb: UpdateRule = {
  options: {
    beta1: fraction(0.9),
    beta2: fraction(0.999),
    epsilon: epsilonBesideRoot(1e-6),
    weightDecay: nonnegative(0.01),
  },
  states: ['moment1', 'moment2'],
  squares: ['moment2'],
  constants: ({ beta1, beta2, epsilon, weightDecay }, rate, updates) => ({
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    scale: 1 / (1 - power(beta1, updates)),
    root: 1 / Math.sqrt(1 - power(beta2, updates)),
    epsilon,
    decay: weightDecay,
    rate,
  }),
  update(weight, { beta1, rest1, beta2, rest2, scale, root, epsilon, decay }) {
    weight.moment1 = beta1 * weight.moment1 + rest1 * weight.gradient;
    weight.moment2 = beta2 * weight.moment2 + rest2 * (weight.gradient * weight.gradient);
    const adaptive = (scale * weight.moment1) / (Math.sqrt(weight.moment2) * root + epsilon);
    weight.direction = adaptive + decay * weight.value;
  },
  length: (valueNorm, directionNorm, { rate }) =>
    valueNorm > 0 && directionNorm > 0 ? (rate * valueNorm) / directionNorm : rate,
};
