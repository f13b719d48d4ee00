import { fraction, nonnegative } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * θ ← θ − α(sign(β₁m + (1−β₁)g) + λθ); m ← β₂m + (1−β₂)g.
 *
 * @see Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
 */
export const lion: UpdateRule = {
  options: { beta1: fraction(0.9), beta2: fraction(0.99), weightDecay: nonnegative(0) },
  states: ['moment'],
  constants: ({ beta1, beta2, weightDecay }, rate) => ({
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    decay: rate * weightDecay,
    rate,
  }),
  update(weight, { beta1, rest1, beta2, rest2, decay, rate }) {
    const mean = beta1 * weight.moment + rest1 * weight.gradient;
    weight.value -= decay * weight.value;
    weight.value -= mean > 0 ? rate : mean < 0 ? -rate : 0;
    weight.moment = beta2 * weight.moment + rest2 * weight.gradient;
  },
};
