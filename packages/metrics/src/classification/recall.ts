import type { Metric } from '../counting/metric.js';
import { type ClassOption, classFigure, classFigures, ratio } from './classFigures.js';

/**
 * Recall, in [0, 1]: of the examples of a class, the share that were taken for it. 0 for a class that was predicted but has
 * no examples. The mean over the classes that occur (macro), unless a class is named.
 *
 * @throws {OptionError} when the class is not an index.
 * @example
 * const fraud = recall({ class: 1 }).start();
 */
export function recall(options: ClassOption = {}): Metric {
  return classFigure('recall', options, ({ right, actual }) => ratio(right, actual));
}

/**
 * Recall of each class; NaN for one that occurs neither among labels nor among predictions.
 *
 * @example
 * const running = recallPerClass().start();
 */
export function recallPerClass(): Metric<readonly number[]> {
  return classFigures('recallPerClass', ({ right, actual }) => ratio(right, actual));
}
