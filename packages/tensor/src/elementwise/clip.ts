import { anyNumber } from '../numberOption.js';
import type { ElementwiseFunction } from './elementwiseFunction.js';

/** x kept between `min` and `max`; the derivative is 1 between them and at either, and 0 beyond. */
export const clip: ElementwiseFunction = {
  options: { min: anyNumber(0), max: anyNumber(1) },
  value: (x, { min, max }) => Math.min(Math.max(x, min), max),
  derivative: (x, _, { min, max }) => (x >= min && x <= max ? 1 : 0),
};
