import type { Metric } from '../counting/metric.js';
import { meanOf, ofCounts, ratio } from './classFigures.js';

/**
 * Balanced accuracy, in [0, 1]: the mean recall of the classes that have examples. Always saying one of n classes makes
 * 1/n, however common that class is.
 *
 * @example
 * const running = balancedAccuracy().start();
 */
export function balancedAccuracy(): Metric {
  return ofCounts('balancedAccuracy', {}, (counts) =>
    meanOf(counts.filter(({ actual }) => actual > 0).map(({ right, actual }) => ratio(right, actual))),
  );
}
