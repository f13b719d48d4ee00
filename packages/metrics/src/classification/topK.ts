import { OptionError } from '@fluxion/tensor';
import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';

/**
 * Share of the examples, in [0, 1], whose class is among the k most probable. Of classes equally probable the first ones
 * count, as in `accuracy`, which is k = 1.
 *
 * @param k a positive integer. At the number of classes and above it, the share is 1
 * @throws {OptionError} when k is not a positive integer.
 * @example
 * const running = topK(5).start();
 */
export function topK(k: number): Metric {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new OptionError(`topK k: expected a positive integer, got ${k}; give one, as 5`);
  }
  return weightedMean(
    'topK',
    'classes',
    ({ predictions, targets, units }, row) => {
      const from = row * units;
      const label = targets[row] as number;
      const own = predictions[from + label] as number;
      let before = 0;
      for (let j = 0; j < units; j++) {
        const other = predictions[from + j] as number;
        if (other > own || (other === own && j < label)) before++;
      }
      return before < k ? 1 : 0;
    },
    { k },
  );
}
