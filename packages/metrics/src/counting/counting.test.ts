import { labels, OptionError, type Saved, ShapeError, StateError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { allMetrics } from '../../test/allMetrics.js';
import { count } from '../../test/data.js';
import {
  accuracy,
  confusion,
  f1,
  f1PerClass,
  fading,
  logLoss,
  type Metric,
  mae,
  mean,
  type RunningMetric,
  r2,
  rmse,
  rocAuc,
  topK,
  windowed,
  withWindow,
} from '../index.js';

const named = allMetrics.map((metric) => [metric.kind, metric] as const);

/** Numbers in a figure, in order. */
function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Object.values(value as object).flatMap(numbers);
}

function expectClose(actual: unknown, expected: unknown): void {
  const [found, wanted] = [numbers(actual), numbers(expected)];
  expect(found).toHaveLength(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  found.forEach((value, i) => {
    if (Number.isNaN(wanted[i])) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(wanted[i] as number, 10);
  });
}

describe.each(named)('%s', (_, metric) => {
  it('is the same in minibatches of any size', () => {
    const one = count(metric.start(), metric, 0, 40, { batchSize: 1 });
    const all = count(metric.start(), metric, 0, 40, { batchSize: 40 });
    expect(all.value).toEqual(one.value);
  });

  it('counts an example of weight 2 as two, and one of weight 0 not at all', () => {
    const weight = (row: number): number => [1, 2, 0][row % 3] as number;
    const weighted = count(metric.start(), metric, 0, 30, { weight });
    const repeated = metric.start();
    for (let row = 0; row < 30; row++) {
      for (let i = 0; i < weight(row); i++) count(repeated, metric, row, row + 1);
    }
    expectClose(weighted.value, repeated.value);
  });

  it('merges what has been counted in parts', () => {
    const [a, b, nothing] = [metric.start(), metric.start(), metric.start()];
    count(a, metric, 0, 13);
    count(b, metric, 13, 40);
    a.merge(nothing);
    a.merge(b);
    nothing.merge(a);
    const whole = count(metric.start(), metric, 0, 40).value;
    expectClose(a.value, whole);
    expectClose(nothing.value, whole);
  });

  it.each<[string, Metric<unknown>]>([
    ['over all', metric],
    ['over a window', windowed(metric, 8)],
    ['over all and a window', withWindow(metric, 8)],
    ['fading', fading(metric, 0.5)],
    ['fading over a window', fading(windowed(metric, 8), 0.9)],
  ])('goes on from what was saved with the same bits, %s', (_name, form) => {
    for (const stop of [0, 5, 21]) {
      const first = count(form.start(), metric, 0, stop);
      const saved = copy(first.save());
      count(first, metric, stop, 90);
      const second = count(form.restore(saved), metric, stop, 90);
      expect(second.value).toEqual(first.value);
      expect(copy(second.save())).toEqual(copy(first.save()));
    }
  });

  it('is over the last examples alone in a window', () => {
    const running = windowed(metric, 8).start();
    for (const [first, last] of [
      [0, 5],
      [5, 8],
      [8, 21],
      [21, 50],
    ] as const) {
      count(running, metric, first, last);
      expect(running.value).toEqual(count(metric.start(), metric, Math.max(0, last - 8), last).value);
    }
  });

  it('is over all and over the last examples at once', () => {
    const running = count(withWindow(metric, 8).start(), metric, 0, 30);
    expect(running.value).toEqual({
      all: count(metric.start(), metric, 0, 30).value,
      window: count(metric.start(), metric, 22, 30).value,
    });
  });

  it('weighs an example that lies t back by factorᵗ when it fades', () => {
    // So far that the weights are scaled more than once.
    const running = count(fading(metric, 0.5).start(), metric, 0, 100);
    const weight = (row: number): number => 0.5 ** (99 - row);
    expectClose(running.value, count(metric.start(), metric, 0, 100, { weight }).value);
  });

  it('merges what has faded as it stands', () => {
    const [a, b] = [fading(metric, 0.5).start(), fading(metric, 0.5).start()];
    count(a, metric, 0, 10);
    count(b, metric, 10, 60);
    a.merge(b);
    const both = metric.start();
    count(both, metric, 0, 10, { weight: (row) => 0.5 ** (9 - row) });
    count(both, metric, 10, 60, { weight: (row) => 0.5 ** (59 - row) });
    expectClose(a.value, both.value);
  });
});

describe('a running metric', () => {
  it('has no figure before the first example', () => {
    for (const metric of [
      accuracy(),
      mean(),
      rmse(),
      r2(),
      rocAuc(),
      f1(),
      windowed(rmse(), 3),
      fading(f1(), 0.5),
    ]) {
      expect(metric.start().value).toBeNaN();
      expect(metric.start().units).toBeUndefined();
    }
    expect(confusion().start().value).toEqual([]);
    expect(f1PerClass().start().value).toEqual([]);
  });

  it('refuses to merge with another metric', () => {
    expect(() => topK(2).start().merge(topK(3).start())).toThrow(
      new OptionError(
        'topK merge: expected topK {"k":2}, got topK {"k":3}; merge what one metric has counted',
      ),
    );
    expect(() =>
      accuracy()
        .start()
        .merge({} as never),
    ).toThrow(OptionError);
  });

  it.each([windowed, withWindow])('refuses to merge windows: %s', (form) => {
    const [a, b] = [form(mean(), 3).start(), form(mean(), 3).start()] as [
      RunningMetric<unknown>,
      RunningMetric<unknown>,
    ];
    for (const running of [a, b]) running.add(tensor([1, 2]));
    expect(() => a.merge(b)).toThrow(
      new StateError(
        'windowed merge: expected a metric over all examples, got one over a window, which has an order; merge the metric that is not windowed',
      ),
    );
  });

  it('refuses what another metric has saved, and what is damaged', () => {
    const saved = topK(2).start().save();
    expect(() => topK(3).restore(saved)).toThrow(
      new OptionError(
        'topK restore: expected topK {"k":3}, got topK {"k":2}; restore with the metric that was saved',
      ),
    );
    const running = mean().start();
    running.add(tensor([1]));
    expect(() => mean().restore({ ...running.save(), tensors: new Map() })).toThrow(
      new OptionError("metric restore 'sums': expected 2 numbers, got none; give what save() returned"),
    );
    const [recent, auc] = [windowed(mean(), 2).start(), rocAuc().start()];
    recent.add(tensor([1, 2]));
    auc.add(tensor([0.5, 0.4]), labels([0, 1]));
    const longer = new Map([...recent.save().tensors, ['weights', tensor([1, 1, 1])]] as const);
    expect(() => windowed(mean(), 2).restore({ ...recent.save(), tensors: longer })).toThrow(OptionError);
    const torn = new Map([['rows', tensor([0, 1, 0.5, 1])]]);
    expect(() => rocAuc().restore({ ...auc.save(), tensors: torn })).toThrow(OptionError);
  });

  it('refuses predictions of another number of classes than before', () => {
    const running = accuracy().start();
    running.add(tensor([0.1, 0.2, 0.7], [1, 3]), labels([0]));
    expect(() => running.add(tensor([0.3, 0.7], [1, 2]), labels([0]))).toThrow(
      new ShapeError(
        'accuracy predictions: expected 3 numbers for each example, as before, got 2; count each model by itself',
      ),
    );
  });

  it('counts the places of sequences, and leaves out what is padding', () => {
    const running = accuracy().start();
    const predictions = tensor([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, Number.NaN, 0.3], [2, 2, 2]);
    running.add(predictions, tensor([0, 1, 1, -1], [2, 2]), tensor([1, 1, 1, 0], [2, 2]));
    expect(running.value).toBeCloseTo(2 / 3, 15);
    running.add(
      tensor([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3], [2, 2, 2]),
      tensor([0, 1, 1, 1], [2, 2]),
      tensor([0, 1]),
    );
    expect(running.value).toBeCloseTo(2 / 5, 15);
  });

  it('reads one unit as the probability of class 1', () => {
    const running = confusion().start();
    running.add(tensor([0.2, 0.5, 0.51], [3, 1]), tensor([0, 1, 1], [3, 1]));
    running.add(tensor([0.9]), labels([0]));
    expect(running.value).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('counts a target between 0 and 1 of one unit in part for each class', () => {
    const running = confusion().start();
    running.add(tensor([0.2, 0.9], [2, 1]), tensor([0.25, 1], [2, 1]), tensor([4, 1]));
    expect(running.value).toEqual([
      [3, 0],
      [1, 1],
    ]);
    const loss = logLoss().start();
    loss.add(tensor([0.2], [1, 1]), tensor([0.25], [1, 1]));
    expect(loss.value).toBeCloseTo(-0.25 * Math.log(0.2) - 0.75 * Math.log(0.8), 14);
  });

  it('reads a view by its strides', () => {
    const running = mae().start();
    running.add(tensor([1, 2, 3, 4, 5, 6], [2, 3]).transpose(1, 0), tensor([1, 4, 2, 5, 3, 7], [3, 2]));
    expect(running.value).toBeCloseTo(1 / 6, 15);
  });
});

describe('windowed and fading', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuse a size or a factor of %d', (wrong) => {
    expect(() => windowed(accuracy(), wrong)).toThrow(
      `windowed size: expected a positive integer, got ${wrong}; give one, as 1000`,
    );
    expect(() => fading(accuracy(), wrong)).toThrow(
      `fading factor: expected a number in (0, 1), got ${wrong}; give one, as 0.999`,
    );
  });
});

/** As a checkpoint keeps it. */
function copy({ kind, options, tensors }: Saved): Saved {
  return {
    kind,
    options: JSON.parse(JSON.stringify(options)),
    tensors: new Map([...tensors].map(([name, { data, shape }]) => [name, tensor(data.slice(), shape)])),
  };
}
