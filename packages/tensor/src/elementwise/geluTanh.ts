import type { PlainFunction } from './elementwiseFunction.js';

const ROOT_TWO_OVER_PI = 0.7978845608028654;
const CUBIC = 0.044715;

/**
 * x·(1 + tanh u) / 2 with u = √(2/π)·(x + 0.044715x³): the approximation of gelu that GPT-2 and BERT were trained with.
 *
 * @see Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415, section 2.
 */
export const geluTanh: PlainFunction = {
  value: (x) => 0.5 * x * (1 + Math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x))),
  derivative(x) {
    // Beyond ±10 the tanh is ±1 to the last bit; the clamp keeps x² from overflowing beside 1 − tanh² = 0.
    const z = Math.min(Math.max(x, -10), 10);
    const t = Math.tanh(ROOT_TWO_OVER_PI * (z + CUBIC * z * z * z));
    return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * (ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * z * z));
  },
};
