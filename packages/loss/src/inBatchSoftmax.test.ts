import { labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { inBatchSoftmax } from './inBatchSoftmax.js';

const ln = Math.log;

describe('inBatchSoftmax', () => {
  it('is the cross-entropy of the own candidate among those of all', () => {
    // Scores: [ln 3, 0] and [0, ln 2].
    const pairs = tensor([1, 0, ln(3), 0, 0, 1, 0, ln(2)], [2, 4]);
    const { losses } = runLoss(inBatchSoftmax(), pairs, labels([5, 9]));
    expect(losses[0]).toBeCloseTo(ln(4 / 3), 15);
    expect(losses[1]).toBeCloseTo(ln(3 / 2), 15);
  });

  it('divides the scores by the temperature', () => {
    const pairs = tensor([1, 0, ln(3), 0, 0, 1, 0, ln(2)], [2, 4]);
    const [first] = runLoss(inBatchSoftmax({ temperature: 0.5 }), pairs, labels([5, 9])).losses;
    expect(first).toBeCloseTo(ln(10 / 9), 15);
  });

  it('takes no other example of the same thing for a wrong answer', () => {
    const pairs = tensor([1, 2, 3, 4], [2, 2]);
    expect(runLoss(inBatchSoftmax(), pairs, labels([7, 7]))).toEqual({
      losses: [0, 0],
      dOutput: [0, 0, 0, 0],
    });
  });

  it('overflows nowhere', () => {
    const { losses, dOutput } = runLoss(
      inBatchSoftmax(),
      tensor([1e4, 1e4, -1e4, 1e4], [2, 2]),
      labels([0, 1]),
    );
    expect([...losses, ...dOutput].every(Number.isFinite)).toBe(true);
  });

  it('refuses a temperature that is not positive, and an output that is no pair', () => {
    expect(() => inBatchSoftmax({ temperature: 0 })).toThrow(
      new OptionError('inBatchSoftmax temperature: expected a positive number, got 0; give one, as 0.1'),
    );
    expect(() => inBatchSoftmax().expectOutput?.([3], "inBatchSoftmax of 'pair'")).toThrow(
      new ShapeError(
        "inBatchSoftmax of 'pair': expected an even length, a query and its candidate, got 3; end the graph with concat() of the two",
      ),
    );
  });
});
