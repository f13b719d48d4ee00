import { labels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  brier,
  calibration,
  confusion,
  curves,
  f1,
  f1PerClass,
  logLoss,
  type Metric,
  mae,
  prAuc,
  precision,
  precisionPerClass,
  quantileLoss,
  r2,
  recall,
  recallPerClass,
  rmse,
  rocAuc,
  topK,
} from '../../src/index.js';
import values from './values.json' with { type: 'json' };

const metrics: Record<string, Metric<unknown>> = {
  accuracy: accuracy(),
  balancedAccuracy: balancedAccuracy(),
  precision: precision(),
  recall: recall(),
  f1: f1(),
  precisionPerClass: precisionPerClass(),
  recallPerClass: recallPerClass(),
  f1PerClass: f1PerClass(),
  logLoss: logLoss(),
  brier: brier(),
  confusion: confusion(),
  rocAuc: rocAuc(),
  prAuc: prAuc(),
  top1: topK(1),
  top2: topK(2),
  top3: topK(3),
  rmse: rmse(),
  mae: mae(),
  r2: r2(),
  quantileLoss10: quantileLoss(0.1),
  quantileLoss90: quantileLoss(0.9),
};

/** What is checked as a whole elsewhere in this file. */
const curvesOf = ['calibration', 'roc'];

interface Case {
  readonly units: number;
  readonly weights: readonly number[] | null;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The metric over all rows of a case, counted in minibatches of several sizes. */
function measure<Value>(
  metric: Metric<Value>,
  rows: number,
  { units, weights }: Case,
  predictions: readonly number[],
  targets: readonly number[],
  isLabels: boolean,
): Value {
  const running = metric.start();
  const widths = isLabels ? 1 : units;
  for (let from = 0, size = 1; from < rows; from += size, size = (size % 7) + 2) {
    const to = Math.min(from + size, rows);
    const wanted = targets.slice(from * widths, to * widths);
    running.add(
      tensor(predictions.slice(from * units, to * units), [to - from, units]),
      isLabels ? labels(wanted) : tensor(wanted, [to - from, units]),
      weights === null ? undefined : tensor(weights.slice(from, to)),
    );
  }
  return running.value;
}

function expectClose(actual: unknown, expected: unknown, tolerance = 1e-12): void {
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expectClose((actual as unknown[])[i], value, tolerance);
    });
  } else {
    const difference = Math.abs((actual as number) - (expected as number));
    expect(difference).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected as number)));
  }
}

describe(`figures are those of scikit-learn ${values['scikit-learn']}`, () => {
  describe.each(Object.entries(values.classification))('of %s', (_, data) => {
    const named = Object.entries(data.figures).filter(([name]) => !curvesOf.includes(name));
    it.each(named)('%s', (name, expected) => {
      const { probabilities, labels } = data;
      const found = measure(
        metrics[name] as Metric<unknown>,
        labels.length,
        data as Case,
        probabilities,
        labels,
        true,
      );
      // A class that does not occur has no figure here, 0 there.
      expectClose(
        Array.isArray(found) ? found.map((value) => (Number.isNaN(value) ? 0 : value)) : found,
        expected,
      );
    });
  });

  describe.each(Object.entries(values.regression))('of %s', (dataName, data) => {
    // Targets of 1e6 that differ by 1 leave ten digits of the differences.
    const tolerance = dataName === 'one number far from 0' ? 1e-10 : undefined;
    it.each(Object.entries(data.figures))('%s', (name, expected) => {
      const { predictions, targets, units } = data;
      const rows = targets.length / units;
      expectClose(
        measure(metrics[name] as Metric<unknown>, rows, data as Case, predictions, targets, false),
        expected,
        tolerance,
      );
    });
  });

  const binary = ['two classes', 'two classes with ties'] as const;

  it.each(binary)('calibration of %s', (name) => {
    const data = values.classification[name];
    const rows = data.labels.length;
    const { bins } = measure(
      calibration({ bins: 5, class: 1 }),
      rows,
      data as Case,
      data.probabilities,
      data.labels,
      true,
    );
    const filled = bins.filter(({ weight }) => weight > 0);
    expectClose(
      filled.map(({ confidence }) => confidence),
      data.figures.calibration.confidence,
    );
    expectClose(
      filled.map(({ frequency }) => frequency),
      data.figures.calibration.frequency,
    );
  });

  it.each(binary)('the ROC curve of %s', (name) => {
    const data = values.classification[name];
    const points = measure(curves(), data.labels.length, data as Case, data.probabilities, data.labels, true);
    const { fpr, tpr, thresholds } = data.figures.roc;
    // It begins with a point where nothing is taken.
    expectClose(
      points.map(({ falsePositiveRate }) => falsePositiveRate),
      fpr.slice(1),
    );
    expectClose(
      points.map(({ recall }) => recall),
      tpr.slice(1),
    );
    expectClose(
      points.map(({ threshold }) => threshold),
      thresholds.slice(1),
    );
  });
});
