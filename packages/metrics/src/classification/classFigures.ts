import { expectNames, OptionError } from '@fluxion/tensor';
import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { sums } from '../counting/sums.js';
import { pairs } from './confusion.js';

/** One class in a confusion matrix, by weight. */
export interface ClassCounts {
  /** Examples of the class that were taken for it. */
  readonly right: number;
  /** Examples of the class. */
  readonly actual: number;
  /** Examples that were taken for it. */
  readonly predicted: number;
}

/** Which class a figure is about. */
export interface ClassOption {
  /** Index of the class. By default the figure is the mean over all classes that occur (macro). */
  readonly class?: number;
}

/** The figure of one class, or the mean over those that occur among labels or predictions. */
export function classFigure(
  kind: string,
  options: ClassOption,
  figure: (counts: ClassCounts) => number,
): Metric {
  const only = classIndex(kind, options);
  return ofCounts(kind, only === undefined ? {} : { class: only }, (counts) =>
    only === undefined ? meanOf(counts.filter(occurs).map(figure)) : figureOf(counts[only], figure),
  );
}

/** The figure of each class; NaN for one that occurs neither among labels nor among predictions. */
export function classFigures(
  kind: string,
  figure: (counts: ClassCounts) => number,
): Metric<readonly number[]> {
  return ofCounts(kind, {}, (counts) => counts.map((count) => figureOf(count, figure)));
}

/** A metric that follows from what was counted of each class. */
export function ofCounts<Value>(
  kind: string,
  options: { readonly [name: string]: number },
  value: (counts: readonly ClassCounts[]) => Value,
): Metric<Value> {
  return defineMetric({
    kind,
    options,
    compares: 'classes',
    tally: sums({ ...pairs, value: (matrix, classes) => value(classCounts(matrix, classes)) }),
  });
}

/** The class of the options, checked. */
export function classIndex(kind: string, options: ClassOption): number | undefined {
  expectNames(kind, options, ['class']);
  const { class: index } = options;
  if (index !== undefined && !(Number.isSafeInteger(index) && index >= 0)) {
    throw new OptionError(`${kind} class: expected the index of a class, got ${index}; give one, as 1`);
  }
  return index;
}

/** The mean; NaN of nothing. */
export function meanOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** 0 where nothing could be right, as scikit-learn has it. */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function figureOf(counts: ClassCounts | undefined, figure: (counts: ClassCounts) => number): number {
  return counts !== undefined && occurs(counts) ? figure(counts) : Number.NaN;
}

function occurs({ actual, predicted }: ClassCounts): boolean {
  return actual + predicted > 0;
}

function classCounts(matrix: Float64Array, classes: number): ClassCounts[] {
  const at = (i: number, j: number): number => matrix[i * classes + j] as number;
  return Array.from({ length: classes }, (_, c) => {
    let [actual, predicted] = [0, 0];
    for (let other = 0; other < classes; other++) {
      actual += at(c, other);
      predicted += at(other, c);
    }
    return { right: at(c, c), actual, predicted };
  });
}
