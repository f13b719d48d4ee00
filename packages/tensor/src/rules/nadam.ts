import { epsilonBesideRoot, fraction } from '../numberOption.js';
import { power } from './power.js';
import type { UpdateRule } from './updateRule.js';

/** 0.96^0.004: what the part of the momentum that is held back at first fades by, an update. */
const WARMING = 0.9998367253526753;

/** μₜ = β₁(1 − ½·0.96^(0.004t)). */
function momentumAt(beta1: number, updates: number): number {
  return beta1 * (1 - 0.5 * power(WARMING, updates));
}

/** μ₁·…·μₜ. It is below all that 1 − it can tell long before it is 0. */
function momentumProduct(beta1: number, updates: number): number {
  let product = 1;
  for (let t = 1; t <= updates && product > 1e-18; t++) product *= momentumAt(beta1, t);
  return product;
}

/**
 * Adam with Nesterov's momentum: θ ← θ − α·((1 − μₜ)g / (1 − Πμ) + μₜ₊₁m / (1 − Πμ·μₜ₊₁)) / (√v̂ + ε), with m and v as in
 * Adam, μₜ = β₁(1 − ½·0.96^(0.004t)) and Πμ = μ₁·…·μₜ.
 *
 * @see Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop, algorithm 2; its momentum schedule as in
 *   PyTorch.
 */
export const nadam: UpdateRule = {
  options: { beta1: fraction(0.9), beta2: fraction(0.999), epsilon: epsilonBesideRoot(1e-8) },
  states: ['moment1', 'moment2'],
  squares: ['moment2'],
  constants({ beta1, beta2, epsilon }, rate, updates) {
    const [now, next] = [momentumAt(beta1, updates), momentumAt(beta1, updates + 1)];
    const product = momentumProduct(beta1, updates);
    return {
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      ofGradient: (rate * (1 - now)) / (1 - product),
      ofMoment: (rate * next) / (1 - product * next),
      root: 1 / Math.sqrt(1 - power(beta2, updates)),
      epsilon,
    };
  },
  update(weight, { beta1, rest1, beta2, rest2, ofGradient, ofMoment, root, epsilon }) {
    weight.moment1 = beta1 * weight.moment1 + rest1 * weight.gradient;
    weight.moment2 = beta2 * weight.moment2 + rest2 * (weight.gradient * weight.gradient);
    const denominator = Math.sqrt(weight.moment2) * root + epsilon;
    weight.value -= (ofGradient * weight.gradient + ofMoment * weight.moment1) / denominator;
  },
};
