import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/** Options of quantileError. */
export interface QuantileErrorOptions {
  /** q: the share of targets that should lie below the output, in (0, 1). Default 0.5, the median. */
  readonly quantile?: number;
}

/**
 * Pinball loss, whose least is at a quantile: l = Σ max(q d, (q − 1) d), with d = t − f(x).
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = (−q where the target is above, 1 − q where it is below, 0 where it is met) / batch
 *
 * @throws {OptionError} when q is not in (0, 1); {ShapeError} when an example of the output is neither a vector nor a sequence
 *   of vectors.
 * @see Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
 * @example
 * const loss = quantileError({ quantile: 0.9 });
 */
export function quantileError({ quantile = 0.5 }: QuantileErrorOptions = {}): Loss<'values'> {
  return quantile === 0.5 ? median : pointwise('quantileError', { options: { quantile } });
}

// One object, so that the same loss is the same objective.
const median = pointwise('quantileError');
