import type { Metric } from '../counting/metric.js';
import { type ClassCounts, type ClassOption, classFigure, classFigures, ratio } from './classFigures.js';

/**
 * F₁, in [0, 1]: the harmonic mean of precision and recall, 2·right / (actual + predicted). The mean over the classes that
 * occur (macro), unless a class is named.
 *
 * @throws {OptionError} when the class is not an index.
 * @example
 * const fraud = f1({ class: 1 }).start();
 */
export function f1(options: ClassOption = {}): Metric {
  return classFigure('f1', options, harmonicMean);
}

/**
 * F₁ of each class; NaN for one that occurs neither among labels nor among predictions.
 *
 * @example
 * const running = f1PerClass().start();
 */
export function f1PerClass(): Metric<readonly number[]> {
  return classFigures('f1PerClass', harmonicMean);
}

function harmonicMean({ right, actual, predicted }: ClassCounts): number {
  return ratio(2 * right, actual + predicted);
}
