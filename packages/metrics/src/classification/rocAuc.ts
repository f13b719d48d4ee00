import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { type ClassOption, classIndex, meanOf } from './classFigures.js';
import { type Ranked, scores } from './scores.js';

/**
 * Area under the ROC curve, in [0, 1]: how probable it is that an example of a class gets a higher score than one of the
 * others, ties counting half. ½ is chance. Of two classes it is that of class 1; of more, the mean over those that have
 * examples of each class against the others, unless a class is named.
 *
 * Exact over the first 2²⁰ examples, whose scores are kept. From then on they are counted in 8,192 bins of 1/128 in
 * log-odds, and scores in one bin count as ties: what that adds is at most half the share of the pairs in one bin. NaN where
 * a class has all examples or none.
 *
 * @throws {OptionError} when the class is not an index.
 * @see Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology
 *   143, 1982; Hand and Till, Machine Learning 45, 2001, for several classes.
 * @example
 * const running = rocAuc().start();
 */
export function rocAuc(options: ClassOption = {}): Metric {
  const only = classIndex('rocAuc', options);
  return defineMetric({
    kind: 'rocAuc',
    options: only === undefined ? {} : { class: only },
    compares: 'classes',
    tally: scores(only, meanArea),
  });
}

/** The mean area over the classes that have one. */
export function meanArea(classes: readonly (readonly Ranked[])[]): number {
  return meanOf(classes.map(area).filter((area) => !Number.isNaN(area)));
}

function area(ranked: readonly Ranked[]): number {
  let [above, total, pairs] = [0, 0, 0];
  for (const { positives, negatives } of ranked) {
    pairs += negatives * (above + positives / 2);
    above += positives;
    total += negatives;
  }
  return pairs / (above * total);
}
