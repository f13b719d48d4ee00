import type { ElementwiseFunction } from './elementwiseFunction.js';

/** The natural logarithm: −∞ at 0, NaN below; its derivative is 1/x. */
export const log: ElementwiseFunction = {
  value: (x) => Math.log(x),
  derivative: (x) => 1 / x,
};
