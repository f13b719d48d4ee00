import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** So little that its exponential beside any score is 0, and that none of it makes NaN of a row where it is all there is. */
const LEAST = -1e30;

/**
 * Makes scores [batch, heads, queries, keys] least where a key counts nothing in the mask [batch, keys], or, if causal, where it
 * comes after its query.
 */
export function maskScores(scores: Tensor, mask: Tensor | undefined, isCausal: boolean): Run {
  const values = numbersOf('maskScores', scores);
  const counts = mask && numbersOf('maskScores', mask);
  if (counts === undefined && !isCausal) return () => {};
  const [, heads, queries, keys] = scores.shape as [number, number, number, number];
  return () => {
    for (let i = 0; i < values.length; i++) {
      const key = i % keys;
      const row = Math.floor(i / keys);
      const batch = Math.floor(row / (heads * queries));
      const isLater = isCausal && key > row % queries;
      if (isLater || counts?.[batch * keys + key] === 0) values[i] = LEAST;
    }
  };
}
