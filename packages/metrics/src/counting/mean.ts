import type { Metric } from './metric.js';
import { weightedMean } from './weightedMean.js';

/**
 * Mean of a number of each example, as its loss: Σ w·x / Σ w. It compares nothing, so it takes no targets.
 *
 * @example
 * const running = mean().start();
 * running.add(tensor([1, 2, 6]));
 * running.value; // 3
 */
export function mean(): Metric {
  return weightedMean('mean', 'numbers', ({ predictions }, row) => predictions[row] as number);
}
