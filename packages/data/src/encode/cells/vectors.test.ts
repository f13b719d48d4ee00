import { DataError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { vectorReader } from './vectors.js';

describe('a list of numbers in a plain object', () => {
  const place = { column: 'image' };
  const { ofValue } = vectorReader([3]);

  it('may be an array, a typed array, or hold numbers as text', () => {
    expect(ofValue([1, 2.5, -3], place)).toEqual(Float64Array.of(1, 2.5, -3));
    expect(ofValue(Float32Array.of(1, 2, 3), place)).toEqual(Float64Array.of(1, 2, 3));
    expect(ofValue(['1', ' 2e3 ', true], place)).toEqual(Float64Array.of(1, 2000, 1));
    expect(vectorReader([2, 2]).ofValue([[1, 2], [3, 4]], place)).toEqual(Float64Array.of(1, 2, 3, 4)); // biome-ignore format: a matrix
  });

  it.each([
    [[1, null, 3], 'got NaN at place 1'],
    [[1, 2, ''], 'got NaN at place 2'],
    [[1, 2, [3]], 'got NaN at place 2'],
    [[1, 2, Number.POSITIVE_INFINITY], 'got Infinity at place 2'],
    [[1, 2], 'got 2 numbers'],
    ['123', 'got string'],
  ])('is refused as %j', (value, message) => {
    expect(() => ofValue(value, place)).toThrow(DataError);
    expect(() => ofValue(value, place)).toThrow(message);
  });
});
