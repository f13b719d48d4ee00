import { epsilonBesideRoot, fraction } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * m ← ρm + (1−ρ)g; v ← ρv + (1−ρ)g²; θ ← θ − α·g / (√(v − m²) + ε): by the variance of the gradient, not its square.
 *
 * @see Graves, "Generating sequences with recurrent neural networks", arXiv 1308.0850, equations 38 to 41, without
 *   momentum; ε stands where PyTorch has it.
 */
export const centredRmsprop: UpdateRule = {
  options: { rho: fraction(0.99), epsilon: epsilonBesideRoot(1e-8) },
  states: ['mean', 'square'],
  squares: ['square'],
  constants: ({ rho, epsilon }, rate) => ({ rho, rest: 1 - rho, rate, epsilon }),
  update(weight, { rho, rest, rate, epsilon }) {
    weight.mean = rho * weight.mean + rest * weight.gradient;
    weight.square = rho * weight.square + rest * (weight.gradient * weight.gradient);
    // Rounding may leave a variance next to 0 below it.
    const variance = Math.max(weight.square - weight.mean * weight.mean, 0);
    weight.value -= (rate * weight.gradient) / (Math.sqrt(variance) + epsilon);
  },
};
