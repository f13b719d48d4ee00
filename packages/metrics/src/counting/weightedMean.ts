import type { Json } from '@fluxion/tensor';
import { defineMetric } from './defineMetric.js';
import type { Metric } from './metric.js';
import type { Compared, Rows } from './rows.js';
import { sums } from './sums.js';

/** A metric that is the mean of a term of each example, by weight: Σ w·term / Σ w. */
export function weightedMean(
  kind: string,
  compares: Compared,
  term: (rows: Rows, row: number) => number,
  options: { readonly [name: string]: Json } = {},
): Metric {
  return defineMetric({
    kind,
    options,
    compares,
    tally: sums({
      length: () => 2,
      add(sums, rows, row, weight) {
        sums[0] = (sums[0] as number) + weight * term(rows, row);
        sums[1] = (sums[1] as number) + weight;
      },
      value: ([total, weight]) => (total as number) / (weight as number),
    }),
  });
}
