import { expect, it } from 'vitest';
import { spreadOfQuotients } from './spread.js';

it('is that of the quotients of each round, so that a slow round of both is no slow round', () => {
  expect(spreadOfQuotients([100, 10, 90], [50, 5, 30])).toEqual({ median: 2, least: 2, most: 3 });
});
