import { expect, it } from 'vitest';
import { median } from './median.js';

it.each([
  [[3], 3],
  [[10, 9, 100], 10],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (numbers, middle) => {
  const before = [...numbers];
  expect(median(numbers)).toBe(middle);
  expect(numbers).toEqual(before);
});
