import { labels, OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { triplet } from './triplet.js';

describe('triplet', () => {
  it('compares the farthest of the same label with the nearest of another', () => {
    // Along a line: two of one label at 0 and 3, and one of another at 4.
    const { losses, dOutput } = runLoss(triplet(), tensor([0, 3, 4], [3, 1]), labels([8, 8, 2]));
    expect(losses).toEqual([0, 3, 0]);
    // Only the second hurts: it is pulled to the first, and pushed from the third.
    expect(dOutput).toEqual([-1 / 3, 2 / 3, -1 / 3]);
  });

  it('is 0 where no other has the label, or all have', () => {
    expect(runLoss(triplet(), tensor([0, 1], [2, 1]), labels([0, 1])).losses).toEqual([0, 0]);
    expect(runLoss(triplet(), tensor([0, 1], [2, 1]), labels([1, 1])).losses).toEqual([0, 0]);
  });

  it('leaves examples in one place where they are', () => {
    const { losses, dOutput } = runLoss(triplet(), tensor([2, 2, 2], [3, 1]), labels([0, 0, 1]));
    expect(losses).toEqual([1, 1, 0]);
    expect(dOutput).toEqual([0, 0, 0]);
  });

  it('refuses a margin that is none', () => {
    expect(() => triplet({ margin: -1 })).toThrow(
      new OptionError('triplet margin: expected a number from 0, got -1; give one, as 1'),
    );
  });
});
