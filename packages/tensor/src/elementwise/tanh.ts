import type { ElementwiseFunction } from './elementwiseFunction.js';

/** tanh x, with tanh′ = 1 − y². */
export const tanh: ElementwiseFunction = {
  value: (x) => Math.tanh(x),
  derivative: (_, y) => 1 - y * y,
};
