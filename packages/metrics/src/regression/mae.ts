import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';

/**
 * Mean absolute error: the mean of |target − prediction| over the examples and their numbers, in the targets' unit.
 *
 * @example
 * const running = mae().start();
 * running.add(tensor([1, 2], [2, 1]), tensor([3, 2], [2, 1]));
 * running.value; // 1
 */
export function mae(): Metric {
  return weightedMean('mae', 'values', ({ predictions, targets, units }, row) => {
    let sum = 0;
    for (let i = row * units; i < (row + 1) * units; i++) {
      sum += Math.abs((targets[i] as number) - (predictions[i] as number));
    }
    return sum / units;
  });
}
