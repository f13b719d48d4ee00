import type { PlainFunction } from './elementwiseFunction.js';

/** x/6 + ½ between 0 and 1; its derivative is 1/6 where |x| < 3, and 0 elsewhere. */
export const hardSigmoid: PlainFunction = {
  value: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  derivative: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0),
};
