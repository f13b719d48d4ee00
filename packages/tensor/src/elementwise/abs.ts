import type { PlainFunction } from './elementwiseFunction.js';

/** |x|; its derivative is the sign of x, 0 at the kink. */
export const abs: PlainFunction = {
  value: (x) => Math.abs(x),
  derivative: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
};
