import type { Metric } from '../counting/metric.js';
import { type ClassOption, classFigure, classFigures, ratio } from './classFigures.js';

/**
 * Precision, in [0, 1]: of the examples taken for a class, the share that are of it. 0 for a class that was never
 * predicted. The mean over the classes that occur (macro), unless a class is named.
 *
 * @throws {OptionError} when the class is not an index.
 * @example
 * const fraud = precision({ class: 1 }).start();
 */
export function precision(options: ClassOption = {}): Metric {
  return classFigure('precision', options, ({ right, predicted }) => ratio(right, predicted));
}

/**
 * Precision of each class; NaN for one that occurs neither among labels nor among predictions.
 *
 * @example
 * const running = precisionPerClass().start();
 */
export function precisionPerClass(): Metric<readonly number[]> {
  return classFigures('precisionPerClass', ({ right, predicted }) => ratio(right, predicted));
}
