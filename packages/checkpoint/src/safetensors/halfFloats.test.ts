import { describe, expect, test } from 'vitest';
import { fromBfloat16, fromFloat16 } from './halfFloats.js';

describe('fromFloat16', () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('%i is %d', (bits, value) => {
    expect(fromFloat16(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
  });

  test('greater bits are greater numbers', () => {
    const finite = fromFloat16(Uint16Array.from({ length: 0x7c00 }, (_, i) => i));
    const falls = finite.findIndex((value, i) => i > 0 && value <= (finite[i - 1] as number));
    expect(falls).toBe(-1);
  });
});

describe('fromBfloat16', () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3f80, 1],
    [0xc049, -3.140625],
    [0x7f7f, 3.3895313892515355e38],
    [0xff80, Number.NEGATIVE_INFINITY],
    [0x7fc0, Number.NaN],
  ])('%i is %d', (bits, value) => {
    expect(fromBfloat16(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
  });
});
