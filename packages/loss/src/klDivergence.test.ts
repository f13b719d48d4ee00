import { DataError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { klDivergence } from './klDivergence.js';

const ln = Math.log;

describe('klDivergence', () => {
  it('is 0 where softmax is the target, and Σ t log(t/p) elsewhere', () => {
    const logits = tensor([ln(3), 0, ln(3), 0], [2, 2]);
    const { losses, dOutput } = runLoss(klDivergence(), logits, tensor([0.75, 0.25, 0.5, 0.5], [2, 2]));
    expect(losses[0]).toBeCloseTo(0, 15);
    expect(losses[1]).toBeCloseTo(0.5 * ln(2 / 3) + 0.5 * ln(2), 15);
    [0, 0, 0.125, -0.125].forEach((expected, i) => {
      expect(dOutput[i]).toBeCloseTo(expected, 15);
    });
  });

  it('is finite where a probability underflows', () => {
    const { losses } = runLoss(klDivergence(), tensor([1e8, -1e8], [1, 2]), tensor([0, 1], [1, 2]));
    expect(losses).toEqual([2e8]);
  });

  it.each([
    [[0.5, 0.5, 0.7, 0.7], 'the sum 1.4'],
    [[0.5, 0.5, 1.5, -0.5], '-0.5'],
  ])('refuses the targets %j, which are no probabilities, with their row', (targets, got) => {
    expect(() => klDivergence().expectTargets?.(targets, [2])).toThrow(
      new DataError(
        `target: expected probabilities, from 0 and with the sum 1, got ${got}; divide them by their sum, or use squaredError()`,
        { row: 1 },
      ),
    );
  });
});
