import { positive } from '../numberOption.js';
import type { PointwiseLoss } from './pointwiseLoss.js';

/**
 * ½d² within ±δ and δ(|d| − ½δ) beyond, with d = z − t; its slope is d kept within ±δ.
 *
 * @see Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.
 */
export const huber: PointwiseLoss = {
  options: { delta: positive(1) },
  term(z, t, { delta }) {
    const d = Math.abs(z - t);
    return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
  },
  slope: (z, t, { delta }) => Math.min(Math.max(z - t, -delta), delta),
};
