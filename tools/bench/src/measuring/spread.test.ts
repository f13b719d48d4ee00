import { describe, expect, it } from 'vitest';
import { spreadOfQuotients } from './spread.js';

describe('spreadOfQuotients', () => {
  it('is of the quotients of each round, so that a round that is slow for both is like the others', () => {
    expect(spreadOfQuotients([100, 10, 90], [50, 5, 30])).toEqual({ median: 2, low: 2, high: 3 });
  });

  it('leaves a quarter out at either end', () => {
    expect(spreadOfQuotients([8, 1, 5, 3, 100], [1, 1, 1, 1, 1])).toEqual({ median: 5, low: 3, high: 8 });
  });
});
