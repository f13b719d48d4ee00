import { epsilonInsideRoot, fraction } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * v ← ρv + (1−ρ)g²; Δ = √(u + ε) / √(v + ε)·g; u ← ρu + (1−ρ)Δ²; θ ← θ − αΔ.
 *
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", arXiv 1212.5701, algorithm 1.
 */
export const adadelta: UpdateRule = {
  options: { rho: fraction(0.9), epsilon: epsilonInsideRoot(1e-6) },
  states: ['square', 'step'],
  squares: ['square', 'step'],
  constants: ({ rho, epsilon }, rate) => ({ rho, rest: 1 - rho, rate, epsilon }),
  update(weight, { rho, rest, rate, epsilon }) {
    weight.square = rho * weight.square + rest * (weight.gradient * weight.gradient);
    const delta = (Math.sqrt(weight.step + epsilon) / Math.sqrt(weight.square + epsilon)) * weight.gradient;
    weight.step = rho * weight.step + rest * (delta * delta);
    weight.value -= rate * delta;
  },
};
