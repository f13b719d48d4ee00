import { positive } from '../numberOption.js';
import type { ElementwiseFunction } from './elementwiseFunction.js';

/**
 * x above 0, α(eˣ − 1) below, whose derivative is y + α.
 *
 * @see Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units (ELUs)",
 *   ICLR 2016, equation 15.
 */
export const elu: ElementwiseFunction = {
  options: { alpha: positive(1) },
  value: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  derivative: (_, y, { alpha }) => (y > 0 ? 1 : y + alpha),
};
