import { sigmoid } from '../elementwise/sigmoid.js';
import type { PointwiseLoss } from './pointwiseLoss.js';

/** log(1 + eᶻ) − t·z, as max(z, 0) − t·z + log(1 + e^−|z|), which does not overflow. Its slope is σ(z) − t. */
export const binaryCrossEntropy: PointwiseLoss = {
  term: (z, t) => Math.max(z, 0) - t * z + Math.log1p(Math.exp(-Math.abs(z))),
  slope: (z, t) => sigmoid.value(z) - t,
};
