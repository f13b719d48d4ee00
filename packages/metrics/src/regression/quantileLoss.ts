import { OptionError } from '@fluxion/tensor';
import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';

/**
 * Quantile loss, also called pinball loss: the mean of max(q·e, (q − 1)·e) with e = target − prediction. The quantile q of
 * the targets is what makes it least; q = ½ is half the mean absolute error.
 *
 * @param quantile q in (0, 1)
 * @throws {OptionError} when the quantile is not in (0, 1).
 * @see Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
 * @example
 * const running = quantileLoss(0.9).start();
 */
export function quantileLoss(quantile: number): Metric {
  if (!(quantile > 0 && quantile < 1)) {
    throw new OptionError(`quantileLoss: expected a quantile in (0, 1), got ${quantile}; give one, as 0.9`);
  }
  return weightedMean(
    'quantileLoss',
    'values',
    ({ predictions, targets, units }, row) => {
      let sum = 0;
      for (let i = row * units; i < (row + 1) * units; i++) {
        const error = (targets[i] as number) - (predictions[i] as number);
        sum += Math.max(quantile * error, (quantile - 1) * error);
      }
      return sum / units;
    },
    { quantile },
  );
}
