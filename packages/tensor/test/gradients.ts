import type { Gradient, Penalty, Tensor } from '../src/index.js';

/** No regularizer. */
export const NONE: Penalty = { l1: 0, l2: 0 };

/** A gradient written out. */
export function dense(tensor: Tensor): Gradient {
  return { form: 'dense', tensor };
}
