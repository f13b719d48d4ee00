import type { PlainFunction } from './elementwiseFunction.js';

/** max(0, x); the derivative at the kink x = 0 is 0. NaN stays NaN. */
export const relu: PlainFunction = {
  value: (x) => Math.max(x, 0),
  derivative: (_, y) => (y > 0 ? 1 : 0),
};
