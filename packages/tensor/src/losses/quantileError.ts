import type { NumberOption } from '../numberOption.js';
import type { PointwiseLoss } from './pointwiseLoss.js';

const insideUnitInterval: NumberOption = {
  default: 0.5,
  expected: 'a number between 0 and 1',
  accepts: (value) => value > 0 && value < 1,
};

/**
 * max(q d, (q − 1) d) with d = t − z; its slope is −q where the target is above, 1 − q where it is below, and 0 where it is met.
 *
 * @see Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
 */
export const quantileError: PointwiseLoss = {
  options: { quantile: insideUnitInterval },
  term: (z, t, { quantile }) => Math.max(quantile * (t - z), (quantile - 1) * (t - z)),
  // The last case is 0, or NaN where either is.
  slope: (z, t, { quantile }) => (z < t ? -quantile : z > t ? 1 - quantile : z - t),
};
