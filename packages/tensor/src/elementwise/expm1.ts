import type { PlainFunction } from './elementwiseFunction.js';

/** eˣ − 1 without loss of digits near 0; its derivative is y + 1. */
export const expm1: PlainFunction = {
  value: (x) => Math.expm1(x),
  derivative: (_, y) => y + 1,
};
