import type { ElementwiseFunction } from './elementwiseFunction.js';

/** eˣ, which is its own derivative. */
export const exp: ElementwiseFunction = {
  value: (x) => Math.exp(x),
  derivative: (_, y) => y,
};
