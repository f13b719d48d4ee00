import { describe, expect, it } from 'vitest';
import { minMax, minMaxEncoding } from './minMax.js';

describe('a column of numbers', () => {
  it('stays finite, in float32 too, where a number is very far from all that were seen', () => {
    const state = minMaxEncoding.start(minMax());
    for (const value of [0, -5e-324]) state.see(value);
    state.settle();
    const out = new Float32Array(2);
    for (const [value, expected] of [
      [-1, -(2 ** 100)],
      [1, 2 ** 100],
      [0, 1],
    ] as const) {
      state.encode(value, out, 0);
      expect(out[0]).toBe(expected);
    }
  });
});
