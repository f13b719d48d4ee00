import { OptionError } from '../errors.js';
import { nonnegative } from '../numberOption.js';
import type { UpdateRule } from './updateRule.js';

/**
 * σ = (√(n + g²) − √n) / α; z ← z + g − σθ; n ← n + g²; θ ← 0 where |z| ≤ l1, else
 * −(z − sign(z)·l1) / ((β + √n)/α + l2).
 *
 * A weight begins with the z that belongs to its value, and stays as it is as long as it has had no gradient, so rows that
 * are not touched need no update.
 *
 * @see McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013, algorithm 1.
 */
export const ftrl: UpdateRule = {
  options: { beta: nonnegative(1), l1: nonnegative(0), l2: nonnegative(0) },
  states: ['linear', 'sum'],
  squares: ['sum'],
  constants({ beta, l1, l2 }, rate) {
    if (rate === 0) {
      throw new OptionError(
        'ftrl learningRate: expected a positive number at every update, got 0; give one, as 0.1',
      );
    }
    return { beta, l1, l2, perRate: 1 / rate };
  },
  update(weight, { beta, l1, l2, perRate }) {
    const sign = weight.value > 0 ? 1 : weight.value < 0 ? -1 : 0;
    const begun = weight.sum > 0 ? weight.linear : -(weight.value * (beta * perRate + l2) + sign * l1);
    const before = Math.sqrt(weight.sum);
    const square = weight.gradient * weight.gradient;
    weight.sum += square;
    const after = Math.sqrt(weight.sum);
    // √(n + g²) − √n without cancellation.
    const sigma = weight.sum > 0 ? (square / (after + before)) * perRate : 0;
    weight.linear = begun + weight.gradient - sigma * weight.value;
    const shrunk = weight.linear > 0 ? l1 - weight.linear : -l1 - weight.linear;
    const kept = Math.abs(weight.linear) > l1 ? shrunk / ((beta + after) * perRate + l2) : 0;
    weight.value = weight.sum > 0 ? kept : weight.value;
  },
  touchesRows: true,
};
