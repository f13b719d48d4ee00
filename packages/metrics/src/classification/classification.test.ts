import { labels, OptionError, random, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  brier,
  calibration,
  calibrationError,
  defineMetric,
  f1,
  logLoss,
  type Metric,
  prAuc,
  precision,
  precisionPerClass,
  recall,
  rocAuc,
  topK,
} from '../index.js';
import { meanArea } from './rocAuc.js';
import { scores } from './scores.js';

/** The figure of rows of probabilities. */
function of<Value>(metric: Metric<Value>, rows: readonly (readonly number[])[], classes: number[]): Value {
  const running = metric.start();
  running.add(tensor(rows.flat(), [rows.length, rows[0]?.length ?? 0]), labels(classes));
  return running.value;
}

describe('accuracy and topK', () => {
  it('count the first of classes that are equally probable', () => {
    const rows = [
      [0.4, 0.4, 0.2],
      [0.4, 0.4, 0.2],
    ];
    expect(of(accuracy(), rows, [0, 1])).toBe(0.5);
    expect(of(topK(1), rows, [0, 1])).toBe(0.5);
    expect(of(topK(2), rows, [0, 2])).toBe(0.5);
    expect(of(topK(9), rows, [0, 2])).toBe(1);
  });

  it.each([0, -1, 1.5])('topK refuses k = %d', (k) => {
    expect(() => topK(k)).toThrow(
      new OptionError(`topK k: expected a positive integer, got ${k}; give one, as 5`),
    );
  });
});

describe('logLoss and brier', () => {
  it('are 0 for predictions that are certain and right', () => {
    expect(of(logLoss(), [[0, 1]], [1])).toBe(0);
    expect(of(brier(), [[0, 1]], [1])).toBe(0);
  });

  it('stay finite for predictions that are certain and wrong', () => {
    expect(of(logLoss(), [[0, 1]], [0])).toBeCloseTo(52 * Math.log(2), 12);
    expect(of(brier(), [[0, 1]], [0])).toBe(1);
    expect(of(brier(), [[0, 1, 0]], [0])).toBe(2);
  });

  it('are log n and (n − 1)/n where each of n classes is as probable', () => {
    const even = [[0.25, 0.25, 0.25, 0.25]];
    expect(of(logLoss(), even, [2])).toBeCloseTo(Math.log(4), 14);
    expect(of(brier(), even, [2])).toBe(0.75);
  });
});

describe('precision, recall and f1', () => {
  const rows = [
    [0.9, 0.1, 0],
    [0.8, 0.2, 0],
    [0.2, 0.8, 0],
  ];

  it('are of one class, or the mean over the classes that occur', () => {
    // Class 0: two taken for it, one of them rightly, and it has no other.
    expect(of(precision({ class: 0 }), rows, [0, 1, 1])).toBe(0.5);
    expect(of(recall({ class: 1 }), rows, [0, 1, 1])).toBe(0.5);
    expect(of(f1({ class: 0 }), rows, [0, 1, 1])).toBeCloseTo(2 / 3, 15);
    expect(of(precision(), rows, [0, 1, 1])).toBe(0.75);
    expect(of(precisionPerClass(), rows, [0, 1, 1])).toEqual([0.5, 1, Number.NaN]);
  });

  it('are NaN of a class that does not occur or does not exist', () => {
    expect(of(precision({ class: 2 }), rows, [0, 1, 1])).toBeNaN();
    expect(of(recall({ class: 7 }), rows, [0, 1, 1])).toBeNaN();
  });

  it('show what accuracy hides: a rare class that is never found', () => {
    const never = Array.from({ length: 100 }, () => [0.99, 0.01]);
    const one = Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0));
    expect(of(accuracy(), never, one)).toBe(0.99);
    expect(of(balancedAccuracy(), never, one)).toBe(0.5);
    expect(of(recall({ class: 1 }), never, one)).toBe(0);
  });

  it.each([-1, 0.5])('refuse the class %d', (wrong) => {
    expect(() => f1({ class: wrong })).toThrow(
      new OptionError(`f1 class: expected the index of a class, got ${wrong}; give one, as 1`),
    );
  });

  it('refuse an option that there is not', () => {
    // @ts-expect-error: no such option
    expect(() => f1({ average: 'macro' })).toThrow(OptionError);
  });
});

describe('calibration', () => {
  it('compares in each bin how sure the model was and how often it was right', () => {
    const rows = [
      [0.9, 0.1],
      [0.9, 0.1],
      [0.4, 0.6],
    ];
    const { bins, expectedError } = of(calibration({ bins: 5 }), rows, [0, 1, 1]);
    expect(bins.map(({ from, to, weight }) => [from, to, weight])).toEqual([
      [0, 0.2, 0],
      [0.2, 0.4, 0],
      [0.4, 0.6, 1],
      [0.6, 0.8, 0],
      [0.8, 1, 2],
    ]);
    expect(bins[4]).toMatchObject({ confidence: 0.9, frequency: 0.5 });
    expect(bins[0]?.frequency).toBeNaN();
    expect(expectedError).toBeCloseTo((2 * 0.4 + 0.4) / 3, 14);
    expect(of(calibrationError({ bins: 5 }), rows, [0, 1, 1])).toBe(expectedError);
  });

  it('refuses bins that are none', () => {
    expect(() => calibration({ bins: 0 })).toThrow(
      new OptionError('calibration bins: expected a positive integer, got 0; give one, as 10'),
    );
  });
});

describe('rocAuc and prAuc', () => {
  it('are 1 where all of a class are above all others, and ½ and the share of the class where all are equal', () => {
    const [up, flat] = [
      [0.1, 0.2, 0.8, 0.9],
      [0.5, 0.5, 0.5, 0.5],
    ].map((scores) => scores.map((p) => [1 - p, p])) as [number[][], number[][]];
    expect(of(rocAuc(), up, [0, 0, 1, 1])).toBe(1);
    expect(of(prAuc(), up, [0, 0, 1, 1])).toBe(1);
    expect(of(rocAuc(), up, [1, 1, 0, 0])).toBe(0);
    expect(of(rocAuc(), flat, [0, 0, 0, 1])).toBe(0.5);
    expect(of(prAuc(), flat, [0, 0, 0, 1])).toBe(0.25);
  });

  it('are NaN where there is one class only', () => {
    expect(of(rocAuc(), [[0.5, 0.5]], [1])).toBeNaN();
    expect(of(rocAuc(), [[0.5, 0.5]], [0])).toBeNaN();
    expect(of(prAuc(), [[0.5, 0.5]], [0])).toBeNaN();
  });

  it('are of the class that is named', () => {
    const rows = [
      [0.7, 0.2, 0.1],
      [0.1, 0.2, 0.7],
      [0.3, 0.4, 0.3],
    ];
    expect(of(rocAuc({ class: 2 }), rows, [0, 2, 1])).toBe(1);
    expect(of(rocAuc({ class: 3 }), rows, [0, 2, 1])).toBeNaN();
  });
});

describe('scores in bins', () => {
  const { uniform } = random(3, 'scores');
  /** Log-odds that are 1.5 higher for class 1. */
  const example = (i: number): [number, number] => {
    const label = uniform(4 * i) < 0.2 ? 1 : 0;
    const noise = uniform(4 * i + 1) + uniform(4 * i + 2) + uniform(4 * i + 3) - 1.5;
    return [1 / (1 + Math.exp(-(3 * noise + 1.5 * label - 1))), label];
  };

  it('come near to the exact figure, and merge and save as it does', () => {
    const exact = rocAuc().start();
    const binned = defineMetric({
      kind: 'binned',
      compares: 'classes',
      tally: scores(undefined, meanArea, 1000),
    });
    const [first, second, few] = [binned.start(), binned.start(), binned.start()];
    for (let i = 0; i < 5000; i++) {
      const [p, label] = example(i);
      exact.add(tensor([p]), labels([label]));
      (i < 2000 ? first : i < 4500 ? second : few).add(tensor([p]), labels([label]));
    }
    expect([...first.save().tensors.keys()]).toEqual(['bins']);
    expect([...few.save().tensors.keys()]).toEqual(['rows']);
    first.merge(second);
    const resumed = binned.restore(first.save());
    resumed.merge(few);
    few.merge(first);
    expect(resumed.value).toBeCloseTo(exact.value, 3);
    expect(resumed.value).not.toBe(0.5);
    expect(few.value).toBeCloseTo(resumed.value, 13);
  });

  it('take scores of 0 and 1', () => {
    const tally = scores(undefined, ([ranked = []]) => ranked, 1)(2);
    const rows = { units: 2, predictions: [1, 0, 0, 1, 0.5, 0.5], targets: [0, 1, 1] };
    for (let row = 0; row < 3; row++) tally.add(rows, row, 1);
    expect(tally.value().map(({ positives, negatives }) => [positives, negatives])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });
});
