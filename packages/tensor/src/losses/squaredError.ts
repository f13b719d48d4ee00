import type { PointwiseLoss } from './pointwiseLoss.js';

/** ½(z − t)², whose slope is z − t. */
export const squaredError: PointwiseLoss = {
  term(z, t) {
    const d = z - t;
    return d * d * 0.5;
  },
  slope: (z, t) => z - t,
};
