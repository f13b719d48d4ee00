import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';

/**
 * Brier score: the mean squared error of the probabilities. Of two classes (p(1) − y)², in [0, 1]; of more, Σ over the
 * classes of (p(c) − e(y)(c))², in [0, 2], as scikit-learn scales it.
 *
 * @see Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950.
 * @example
 * const running = brier().start();
 */
export function brier(): Metric {
  return weightedMean('brier', 'classes', ({ predictions, targets, units }, row) => {
    const from = row * units;
    const label = targets[row] as number;
    if (units === 2) return ((predictions[from + 1] as number) - label) ** 2;
    let sum = 0;
    for (let j = 0; j < units; j++) sum += ((predictions[from + j] as number) - (j === label ? 1 : 0)) ** 2;
    return sum;
  });
}
