import { expectNames, OptionError } from '@fluxion/tensor';
import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import { sums } from '../counting/sums.js';
import { type ClassOption, classIndex } from './classFigures.js';
import { predictedClass } from './predictedClass.js';

/** Which probabilities are judged, in how many bins. */
export interface CalibrationOptions extends ClassOption {
  /** Number of bins of equal width in [0, 1]. Default 10. */
  readonly bins?: number;
}

/** Examples that were predicted with about the same probability. */
export interface CalibrationBin {
  /** The bin is (from, to]; the first one holds 0 too. */
  readonly from: number;
  readonly to: number;
  /** How many examples, by weight. */
  readonly weight: number;
  /** Mean probability; NaN in an empty bin. */
  readonly confidence: number;
  /** Share of the examples that turned out so; NaN in an empty bin. */
  readonly frequency: number;
}

/** How far probabilities are to be believed. */
export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Σ over the bins of |frequency − confidence|, by weight: in [0, 1], 0 when every probability is right. */
  readonly expectedError: number;
}

/**
 * Calibration: of the examples predicted with a probability of 0.8, 0.8 should turn out so. By default the probability of
 * the predicted class against whether it is right; with `class`, the probability of that class against whether it is the
 * label.
 *
 * @throws {OptionError} when bins is not a positive integer, or the class not an index.
 * @see Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, section 2.
 * @example
 * const { bins, expectedError } = calibration({ bins: 20 }).start().value;
 */
export function calibration(options: CalibrationOptions = {}): Metric<Calibration> {
  return ofBins('calibration', options, (calibration) => calibration);
}

/**
 * The expected calibration error of `calibration` alone, a number.
 *
 * @throws {OptionError} as `calibration` does.
 * @example
 * const running = calibrationError().start();
 */
export function calibrationError(options: CalibrationOptions = {}): Metric {
  return ofBins('calibrationError', options, ({ expectedError }) => expectedError);
}

function ofBins<Value>(
  kind: string,
  options: CalibrationOptions,
  value: (calibration: Calibration) => Value,
): Metric<Value> {
  const { bins = 10, ...rest } = options;
  expectNames(kind, options, ['bins', 'class']);
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw new OptionError(`${kind} bins: expected a positive integer, got ${bins}; give one, as 10`);
  }
  const only = classIndex(kind, rest);
  return defineMetric({
    kind,
    options: only === undefined ? { bins } : { bins, class: only },
    compares: 'classes',
    tally: sums({
      // Of each bin: weight, probabilities, those that turned out so.
      length: () => 3 * bins,
      add(sums, rows, row, weight) {
        const judged = only ?? predictedClass(rows, row);
        const probability = judged < rows.units ? (rows.predictions[row * rows.units + judged] as number) : 0;
        const at = 3 * Math.min(Math.max(Math.ceil(probability * bins) - 1, 0), bins - 1);
        sums[at] = (sums[at] as number) + weight;
        sums[at + 1] = (sums[at + 1] as number) + weight * probability;
        if (rows.targets[row] === judged) sums[at + 2] = (sums[at + 2] as number) + weight;
      },
      value: (sums, _, one) => value(calibrationOf(sums, bins, one)),
    }),
  });
}

function calibrationOf(sums: Float64Array, count: number, one: number): Calibration {
  let [total, gaps] = [0, 0];
  const bins = Array.from({ length: count }, (_, bin) => {
    const [weight = 0, probabilities = 0, occurred = 0] = sums.subarray(3 * bin, 3 * bin + 3);
    total += weight;
    gaps += Math.abs(occurred - probabilities);
    return {
      from: bin / count,
      to: (bin + 1) / count,
      weight: weight / one,
      confidence: probabilities / weight,
      frequency: occurred / weight,
    };
  });
  return { bins, expectedError: gaps / total };
}
