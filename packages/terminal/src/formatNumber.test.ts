import { describe, expect, it } from 'vitest';
import { formatCount, formatPercent, formatSeconds, formatSignificant } from './formatNumber.js';

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [60_000, '60,000'],
    [1_234_567.8, '1,234,568'],
  ])('%d is %s', (count, text) => expect(formatCount(count)).toBe(text));
});

describe('formatPercent', () => {
  it('has two digits after the point unless told otherwise', () => {
    expect(formatPercent(0.9612)).toBe('96.12 %');
    expect(formatPercent(1, 0)).toBe('100 %');
  });
});

describe('formatSignificant', () => {
  it.each([
    [2.2961, '2.30'],
    [0.0213456, '0.0213'],
    [1234.5, '1235'],
    [-0.5, '-0.500'],
    [1e-9, '1.00e-9'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%d is %s', (value, text) => expect(formatSignificant(value)).toBe(text));
});

describe('formatSeconds', () => {
  it.each([
    [0.844, '0.84 s'],
    [12.34, '12.3 s'],
    [125.4, '2 min 05 s'],
    [3599.6, '1 h 00 min'],
    [3725, '1 h 02 min'],
  ])('%d is %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});
