import { tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { cosineError } from './cosineError.js';

describe('cosineError', () => {
  it('is 0 along the target, 1 across it and 2 against it, whatever the lengths', () => {
    const output = tensor([3, 4, -8, 6, -0.3, -0.4], [3, 2]);
    const { losses } = runLoss(cosineError(), output, tensor([6, 8, 3, 4, 30, 40], [3, 2]));
    [0, 1, 2].forEach((expected, i) => {
      expect(losses[i]).toBeCloseTo(expected, 15);
    });
  });

  it('pulls across the output, so that no step changes its length at first', () => {
    const { dOutput } = runLoss(cosineError(), tensor([2, 0], [1, 2]), tensor([3, 3], [1, 2]));
    expect(dOutput[0]).toBeCloseTo(0, 15);
    expect(dOutput[1]).toBeCloseTo(-Math.SQRT1_2 / 2, 15);
  });

  it('is 1, and finite on the way back, where there is no direction', () => {
    const { losses, dOutput } = runLoss(cosineError(), tensor([0, 0], [1, 2]), tensor([1, 0], [1, 2]));
    expect(losses).toEqual([1]);
    expect(dOutput.every(Number.isFinite)).toBe(true);
  });
});
