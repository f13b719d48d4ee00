import { describe, expect, it } from 'vitest';
import { FrequentNumbers } from './frequentNumbers.js';

function counted(values: Iterable<number>): FrequentNumbers {
  const numbers = new FrequentNumbers();
  for (const value of values) numbers.see(value);
  return numbers;
}

/** A number that comes in one row of ten, among others that come once. */
const rare = (from: number, rows: number): number[] =>
  Array.from({ length: rows }, (_, i) => (i % 10 === 3 ? 0.5 : from + i));

describe('the most frequent number', () => {
  it('is the smallest of those that came most often', () => {
    expect(counted([3, 1, 2, 3, 1]).mode).toBe(1);
    expect(counted([3, 1, 3]).mode).toBe(3);
    expect(counted([]).mode).toBeUndefined();
  });

  it('is found again among more different numbers than are counted, in parts and restored', () => {
    const parts = [counted(rare(1, 5000)), counted(rare(10_000, 5000))];
    const all = new FrequentNumbers();
    for (const part of parts) all.merge(part.tally());
    for (const numbers of [...parts, all]) {
      expect(numbers.mode).toBe(0.5);
      expect(numbers.memory.length).toBeLessThanOrEqual(2048);
      expect(new FrequentNumbers(numbers.memory).mode).toBe(0.5);
    }
  });
});
