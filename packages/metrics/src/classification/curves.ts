import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { classIndex } from './classFigures.js';
import { type Ranked, scores } from './scores.js';

/** What becomes of the examples when all whose score is at least a threshold are taken for the class. */
export interface CurvePoint {
  readonly threshold: number;
  /** Share of the class's examples that are taken for it: the recall, or true positive rate. */
  readonly recall: number;
  /** Share of the others that are taken for it too. */
  readonly falsePositiveRate: number;
  /** Share of those taken that are of the class. */
  readonly precision: number;
}

/**
 * The curves that `rocAuc` and `prAuc` are the areas under: a point for each score, as the threshold falls. Recall over the
 * rate of false positives is the ROC curve; precision over recall is the other.
 *
 * Exact over the first 2²⁰ examples, then in bins, as `rocAuc`.
 *
 * @param options.class the class that is looked for. Default 1, the second of two
 * @throws {OptionError} when the class is not an index.
 * @example
 * const points = curves({ class: 3 }).start().value;
 */
export function curves(options: { readonly class?: number } = {}): Metric<readonly CurvePoint[]> {
  const only = classIndex('curves', options) ?? 1;
  return defineMetric({
    kind: 'curves',
    options: { class: only },
    compares: 'classes',
    tally: scores(only, ([ranked = []]) => curve(ranked)),
  });
}

function curve(ranked: readonly Ranked[]): CurvePoint[] {
  const total = { positives: 0, negatives: 0 };
  for (const { positives, negatives } of ranked) {
    total.positives += positives;
    total.negatives += negatives;
  }
  let [right, wrong] = [0, 0];
  return ranked.map(({ score, positives, negatives }) => {
    right += positives;
    wrong += negatives;
    return {
      threshold: score,
      recall: right / total.positives,
      falsePositiveRate: wrong / total.negatives,
      precision: right / (right + wrong),
    };
  });
}
