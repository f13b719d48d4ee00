import { describe, expect, it } from 'vitest';
import { recipe } from '../preparation/recipe.js';
import { chooseRecipe } from './chooseRecipe.js';
import type { Trial } from './crossValidate.js';

function trial(...losses: readonly number[]): Trial {
  const loss = losses.reduce((sum, one) => sum + one, 0) / losses.length;
  return { recipe: recipe(100, 10, 2), trainedWith: 'squaredError', epochs: 1, loss, losses };
}

describe('chooseRecipe', () => {
  it('takes the simplest that is within a standard error of the best', () => {
    const simple = trial(0.5, 0.4, 0.6, 0.5);
    const best = trial(0.3, 0.5, 0.7, 0.4);
    expect(chooseRecipe([simple, trial(0.9, 0.9, 0.9, 0.9), best])).toBe(simple);
  });

  it('takes the best where it is better on every fold by about as much', () => {
    const best = trial(0.4, 0.3, 0.5, 0.4);
    expect(chooseRecipe([trial(0.5, 0.41, 0.6, 0.51), best])).toBe(best);
  });

  it('takes the best of one fold each', () => {
    const best = trial(0.4);
    expect(chooseRecipe([trial(0.41), best])).toBe(best);
  });
});
