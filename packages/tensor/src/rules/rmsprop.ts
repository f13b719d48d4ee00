import { epsilonBesideRoot, fraction } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * v ← ρv + (1−ρ)g²; θ ← θ − α·g / (√v + ε).
 *
 * @see Hinton, "Neural networks for machine learning", Coursera 2012, lecture 6e; ε stands where PyTorch has it.
 */
export const rmsprop: UpdateRule = {
  options: { rho: fraction(0.99), epsilon: epsilonBesideRoot(1e-8) },
  states: ['square'],
  squares: ['square'],
  constants: ({ rho, epsilon }, rate) => ({ rho, rest: 1 - rho, rate, epsilon }),
  update(weight, { rho, rest, rate, epsilon }) {
    weight.square = rho * weight.square + rest * (weight.gradient * weight.gradient);
    weight.value -= (rate * weight.gradient) / (Math.sqrt(weight.square) + epsilon);
  },
};
