import { epsilonBesideRoot } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * s ← s + g²; θ ← θ − α·g / (√s + ε). A gradient of 0 changes nothing, so rows that are not touched need no update.
 *
 * @see Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12, 2011,
 *   section 1.1, in its diagonal form; ε stands where PyTorch has it.
 */
export const adagrad: UpdateRule = {
  options: { epsilon: epsilonBesideRoot(1e-10) },
  states: ['sum'],
  squares: ['sum'],
  constants: ({ epsilon }, rate) => ({ rate, epsilon }),
  update(weight, { rate, epsilon }) {
    weight.sum += weight.gradient * weight.gradient;
    weight.value -= (rate * weight.gradient) / (Math.sqrt(weight.sum) + epsilon);
  },
  touchesRows: true,
};
