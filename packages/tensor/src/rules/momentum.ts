import { fraction } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * v ← μv + g; θ ← θ − αv.
 *
 * @see Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
 *   section 2, in the form in which the rate multiplies the velocity.
 */
export const momentum: UpdateRule = {
  options: { momentum: fraction(0.9) },
  states: ['velocity'],
  constants: ({ momentum }, rate) => ({ momentum, rate }),
  update(weight, { momentum, rate }) {
    weight.velocity = momentum * weight.velocity + weight.gradient;
    weight.value -= rate * weight.velocity;
  },
};
