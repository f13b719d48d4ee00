import type { PlainFunction } from './elementwiseFunction.js';

/** σ(x) = 1 / (1 + e⁻ˣ), with σ′ = y(1 − y). The exponential never overflows, and a small result keeps its digits. */
export const sigmoid: PlainFunction = {
  value(x) {
    const e = Math.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  },
  derivative: (_, y) => y * (1 - y),
};
