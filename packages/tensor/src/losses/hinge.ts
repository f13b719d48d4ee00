import type { PointwiseLoss } from './pointwiseLoss.js';

/**
 * max(0, 1 − t·z), whose slope is −t where t·z < 1, else 0.
 *
 * @see Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995.
 */
export const hinge: PointwiseLoss = {
  term: (z, t) => Math.max(1 - t * z, 0),
  slope: (z, t) => (t * z < 1 ? -t : 0),
};
