import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortestFloat32 } from './csvPredictions.js';

describe('shortestFloat32', () => {
  it.each([
    [Math.fround(0.1), '0.1'],
    [Math.fround(1 / 3), '0.33333334'],
    [Math.fround(16_777_215), '16777215'],
    [-0.5, '-0.5'],
    [0, '0'],
    [Math.fround(1e-45), '1.4013e-45'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%d is %s', (value, text) => expect(shortestFloat32(value)).toBe(text));

  it('is read back as the same number', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const text = shortestFloat32(value);
        expect(Math.fround(Number(text))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
