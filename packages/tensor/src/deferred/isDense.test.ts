import { describe, expect, it } from 'vitest';
import { isDense } from './isDense.js';

/** A picture of 28 × 28 in which so many columns in a row, from one on, are zeros. */
const striped = (from: number, columns: number): Float32Array =>
  Float32Array.from({ length: 784 }, (_, i) => ((i % 28) - from >= 0 && (i % 28) - from < columns ? 0 : 1));

describe('isDense', () => {
  it('sees zeros wherever in a picture they lie', () => {
    for (let from = 0; from <= 14; from++) {
      expect(isDense(striped(from, 14), 0.4)).toBe(true);
      expect(isDense(striped(from, 14), 0.6)).toBe(false);
    }
  });

  it('looks at all of a few numbers', () => {
    expect(isDense([1, 0, 1, 1], 0.75)).toBe(true);
    expect(isDense([1, 0, 1, 0], 0.75)).toBe(false);
    expect(isDense([], 0.5)).toBe(true);
  });
});
