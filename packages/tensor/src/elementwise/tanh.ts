import type { PlainFunction } from './elementwiseFunction.js';

/** tanh x, with tanh′ = 1 − y². */
export const tanh: PlainFunction = {
  value: (x) => Math.tanh(x),
  derivative: (_, y) => 1 - y * y,
};
