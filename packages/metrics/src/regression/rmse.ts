import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { sums } from '../counting/sums.js';

/**
 * Root mean squared error, √(Σ w·(target − prediction)² / Σ w), in the targets' unit. Of several numbers an example it is
 * the mean of the root of each.
 *
 * @example
 * const running = rmse().start();
 * running.add(tensor([1, 2], [2, 1]), tensor([4, 6], [2, 1]));
 * running.value; // √12.5
 */
export function rmse(): Metric {
  return defineMetric({
    kind: 'rmse',
    compares: 'values',
    tally: sums({
      // The squared errors of each unit, then the weight.
      length: (units) => units + 1,
      add(sums, { predictions, targets, units }, row, weight) {
        for (let j = 0; j < units; j++) {
          const at = row * units + j;
          const error = (targets[at] as number) - (predictions[at] as number);
          sums[j] = (sums[j] as number) + weight * error * error;
        }
        sums[units] = (sums[units] as number) + weight;
      },
      value(sums, units) {
        let total = 0;
        for (let j = 0; j < units; j++) total += Math.sqrt((sums[j] as number) / (sums[units] as number));
        return total / units;
      },
    }),
  });
}
