import type { PlainFunction } from './elementwiseFunction.js';

/** √x: NaN below 0; its derivative is 1/(2y), infinite at 0. */
export const sqrt: PlainFunction = {
  value: (x) => Math.sqrt(x),
  derivative: (_, y) => 0.5 / y,
};
