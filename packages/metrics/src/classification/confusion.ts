import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { type SumsDefinition, sums } from '../counting/sums.js';
import { predictedClass } from './predictedClass.js';

/**
 * Confusion matrix [class][predicted class]: how many examples of a class were taken for which, by weight. Empty before the
 * first example.
 *
 * @example
 * const running = confusion().start();
 * running.add(tensor([0.9, 0.1, 0.4, 0.6], [2, 2]), labels([0, 0]));
 * running.value; // [[1, 1], [0, 0]]
 */
export function confusion(): Metric<readonly (readonly number[])[]> {
  return defineMetric({
    kind: 'confusion',
    compares: 'classes',
    tally: sums({
      ...pairs,
      value: (sums, classes, one) =>
        Array.from({ length: classes }, (_, i) =>
          Array.from(sums.subarray(i * classes, (i + 1) * classes), (weight) => weight / one),
        ),
    }),
  });
}

/** How the matrix is counted, row-major. */
export const pairs: Pick<SumsDefinition<unknown>, 'length' | 'add'> = {
  length: (classes) => classes * classes,
  add(sums, rows, row, weight) {
    const at = (rows.targets[row] as number) * rows.units + predictedClass(rows, row);
    sums[at] = (sums[at] as number) + weight;
  },
};
