import type { PlainFunction } from './elementwiseFunction.js';

/** eˣ, which is its own derivative. */
export const exp: PlainFunction = {
  value: (x) => Math.exp(x),
  derivative: (_, y) => y,
};
