import type { PointwiseLoss } from './pointwiseLoss.js';

/** |z − t|, whose slope is the sign of z − t, 0 at 0. */
export const absoluteError: PointwiseLoss = {
  term: (z, t) => Math.abs(z - t),
  // The last case is 0, or NaN where either is.
  slope: (z, t) => (z > t ? 1 : z < t ? -1 : z - t),
};
