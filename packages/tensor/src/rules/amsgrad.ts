import { epsilonBesideRoot, fraction } from '../numberOption.js';
import { power } from './power.js';
import type { UpdateRule } from './updateRule.js';

/**
 * Adam whose step never grows back: the largest v so far stands in place of v.
 *
 * @see Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2, with Adam's corrections of bias
 *   as in PyTorch.
 */
export const amsgrad: UpdateRule = {
  options: { beta1: fraction(0.9), beta2: fraction(0.999), epsilon: epsilonBesideRoot(1e-8) },
  states: ['moment1', 'moment2', 'maximum'],
  squares: ['moment2', 'maximum'],
  constants: ({ beta1, beta2, epsilon }, rate, updates) => ({
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
    weight.maximum = Math.max(weight.maximum, weight.moment2);
    weight.value -= (rate * weight.moment1) / (Math.sqrt(weight.maximum) * root + epsilon);
  },
  touchesRows: true,
};
