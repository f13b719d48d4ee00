import { DataError, labels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { negativeLogLikelihood } from './negativeLogLikelihood.js';
import { poisson } from './poisson.js';
import { squaredError } from './squaredError.js';

describe('a loss of sequences', () => {
  const output = tensor([3, 0, 1, 5], [1, 4, 1]);
  const targets = tensor([1, 0, 0, 0], [1, 4, 1]);
  const mask = tensor([1, 1, 0, 0], [1, 4]);

  it('is the mean over the steps, and so is its gradient', () => {
    const run = runLoss(squaredError(), output, targets);
    expect(run).toEqual({ losses: [(2 + 0 + 0.5 + 12.5) / 4], dOutput: [0.5, 0, 0.25, 1.25] });
  });

  it('leaves out the steps that the mask leaves out', () => {
    const run = runLoss(squaredError(), output, targets, mask);
    expect(run).toEqual({ losses: [1], dOutput: [1, 0, 0, 0] });
  });

  it('is 0 where no step counts', () => {
    const run = runLoss(squaredError(), output, targets, tensor([0, 0, 0, 0], [1, 4]));
    expect(run).toEqual({ losses: [0], dOutput: [0, 0, 0, 0] });
  });

  it('leaves out the steps whose label is −1', () => {
    const probabilities = tensor([0.5, 0.5, 0.25, 0.75, 1, 0], [1, 3, 2]);
    const { losses, dOutput } = runLoss(negativeLogLikelihood(), probabilities, labels([0, 0, -1], [1, 3]));
    expect(losses[0]).toBeCloseTo((Math.LN2 + 2 * Math.LN2) / 2, 15);
    expect(dOutput).toEqual([-1, 0, -2, 0, 0, 0]);
  });

  it('has no gradient at a step that does not count, even where its slope is infinite', () => {
    const probabilities = tensor([0.5, 0.5, 0, 1], [1, 2, 2]);
    const run = runLoss(
      negativeLogLikelihood(),
      probabilities,
      labels([0, 0], [1, 2]),
      tensor([1, 0], [1, 2]),
    );
    expect(run).toEqual({ losses: [Math.LN2], dOutput: [-2, 0, 0, 0] });
  });

  it('names the example of a target that it cannot take, and passes over padding', () => {
    const values = [1, 0, 2, -1];
    const check = (padding: readonly number[]) => () => poisson().expectTargets?.(values, [2, 1], padding);
    expect(check([1, 1, 1, 1])).toThrow(
      new DataError('target: expected a count, from 0, got -1; correct the data', { row: 1 }),
    );
    expect(check([1, 1, 1, 0])).not.toThrow();
  });
});
