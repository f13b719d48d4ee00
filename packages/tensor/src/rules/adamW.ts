import { epsilonBesideRoot, fraction, nonnegative } from '../numberOption.js';
import { power } from './power.js';
import type { UpdateRule } from './updateRule.js';

/**
 * Adam with decoupled weight decay λ: θ ← θ − αλθ, then Adam's step.
 *
 * @see Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2, with the decay multiplied by α as
 *   in PyTorch.
 */
export const adamW: UpdateRule = {
  options: {
    beta1: fraction(0.9),
    beta2: fraction(0.999),
    epsilon: epsilonBesideRoot(1e-8),
    weightDecay: nonnegative(0.01),
  },
  states: ['moment1', 'moment2'],
  squares: ['moment2'],
  constants: ({ beta1, beta2, epsilon, weightDecay }, rate, updates) => ({
    decay: rate * weightDecay,
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    rate: rate / (1 - power(beta1, updates)),
    root: 1 / Math.sqrt(1 - power(beta2, updates)),
    epsilon,
  }),
  update(weight, { decay, beta1, rest1, beta2, rest2, rate, root, epsilon }) {
    weight.value -= decay * weight.value;
    weight.moment1 = beta1 * weight.moment1 + rest1 * weight.gradient;
    weight.moment2 = beta2 * weight.moment2 + rest2 * (weight.gradient * weight.gradient);
    weight.value -= (rate * weight.moment1) / (Math.sqrt(weight.moment2) * root + epsilon);
  },
  touchesRows: true,
};
