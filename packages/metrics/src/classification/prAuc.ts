import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { type ClassOption, classIndex, meanOf } from './classFigures.js';
import { type Ranked, scores } from './scores.js';

/**
 * Area under the curve of precision over recall, in [0, 1], as average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ as the threshold falls,
 * without interpolating between thresholds, which would flatter. Chance is the share of the class. Of two classes it is
 * that of class 1; of more, the mean over those that have examples, unless a class is named.
 *
 * Exact over the first 2²⁰ examples, then in bins, as `rocAuc`. NaN for a class without examples.
 *
 * @throws {OptionError} when the class is not an index.
 * @see Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
 * @example
 * const fraud = prAuc({ class: 1 }).start();
 */
export function prAuc(options: ClassOption = {}): Metric {
  const only = classIndex('prAuc', options);
  return defineMetric({
    kind: 'prAuc',
    options: only === undefined ? {} : { class: only },
    compares: 'classes',
    tally: scores(only, (classes) =>
      meanOf(classes.map(averagePrecision).filter((figure) => !Number.isNaN(figure))),
    ),
  });
}

function averagePrecision(ranked: readonly Ranked[]): number {
  let [right, taken, sum] = [0, 0, 0];
  for (const { positives, negatives } of ranked) {
    right += positives;
    taken += positives + negatives;
    if (positives > 0) sum += (positives * right) / taken;
  }
  return sum / right;
}
