import type { PlainFunction } from './elementwiseFunction.js';

/** log(1 + x) without loss of digits near 0: −∞ at −1, NaN below; its derivative is 1 / (1 + x). */
export const log1p: PlainFunction = {
  value: (x) => Math.log1p(x),
  derivative: (x) => 1 / (1 + x),
};
