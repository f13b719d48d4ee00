import type { PointwiseLoss } from './pointwiseLoss.js';

/**
 * eᶻ − t·z: minus the log-likelihood of a count t whose rate is eᶻ, without log t!. Its slope is eᶻ − t.
 *
 * @see McCullagh and Nelder, "Generalized linear models", 1989, chapter 6.
 */
export const poisson: PointwiseLoss = {
  term: (z, t) => Math.exp(z) - t * z,
  slope: (z, t) => Math.exp(z) - t,
};
