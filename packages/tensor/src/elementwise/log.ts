import type { PlainFunction } from './elementwiseFunction.js';

/** The natural logarithm: −∞ at 0, NaN below; its derivative is 1/x. */
export const log: PlainFunction = {
  value: (x) => Math.log(x),
  derivative: (x) => 1 / x,
};
