import { OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { type Metric, mae, quantileLoss, r2, rmse } from '../index.js';

function of(metric: Metric, predictions: number[], targets: number[]): number {
  const running = metric.start();
  running.add(tensor(predictions, [predictions.length, 1]), tensor(targets, [targets.length, 1]));
  return running.value;
}

describe('metrics of values', () => {
  it('have worked values', () => {
    expect(of(rmse(), [1, 2], [4, 6])).toBeCloseTo(Math.sqrt(12.5), 15);
    expect(of(mae(), [1, 2], [4, 6])).toBe(3.5);
    expect(of(r2(), [1, 2, 4], [1, 2, 3])).toBe(0.5);
    expect(of(quantileLoss(0.9), [1, 6], [4, 2])).toBeCloseTo((0.9 * 3 + 0.1 * 4) / 2, 15);
  });

  it('r2 is 0 for the mean, and NaN where the targets do not differ', () => {
    expect(of(r2(), [2, 2, 2], [1, 2, 3])).toBe(0);
    expect(of(r2(), [1, 1], [1, 1])).toBeNaN();
  });

  it('r2 keeps its digits with targets far from 0', () => {
    const targets = [1, 2, 3, 4].map((value) => value + 1e9);
    const predictions = [1.5, 2, 3, 4].map((value) => value + 1e9);
    expect(of(r2(), predictions, targets)).toBeCloseTo(1 - 0.25 / 5, 12);
  });

  it.each([0, 1, -0.1, Number.NaN])('quantileLoss refuses a quantile of %d', (quantile) => {
    expect(() => quantileLoss(quantile)).toThrow(
      new OptionError(`quantileLoss: expected a quantile in (0, 1), got ${quantile}; give one, as 0.9`),
    );
  });
});
