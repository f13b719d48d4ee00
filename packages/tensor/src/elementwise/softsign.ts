import type { PlainFunction } from './elementwiseFunction.js';

/**
 * x / (1 + |x|), in (−1, 1); its derivative is 1 / (1 + |x|)².
 *
 * @see Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, section 3.
 */
export const softsign: PlainFunction = {
  value: (x) => x / (1 + Math.abs(x)),
  derivative(x) {
    const d = 1 + Math.abs(x);
    return 1 / (d * d);
  },
};
