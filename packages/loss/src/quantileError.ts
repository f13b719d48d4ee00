import type { Loss } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { lossOfTerms } from './lossOfTerms.js';

/** Options of quantileError. */
export interface QuantileErrorOptions {
  /** q: the share of targets that should come to lie below the output, in (0, 1). Default 0.5, the median. */
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
  if (!(quantile > 0 && quantile < 1)) {
    throw new OptionError(
      `quantileError quantile: expected a number between 0 and 1, got ${quantile}; give one, as 0.9`,
    );
  }
  return quantile === 0.5 ? median : make(quantile);
}

function make(quantile: number): Loss<'values'> {
  return lossOfTerms('quantileError', {
    value: (z, t) => Math.max(quantile * (t - z), (quantile - 1) * (t - z)),
    slope: (z, t) => (z < t ? -quantile : z > t ? 1 - quantile : z - t),
  });
}

// One object, so that the same loss is the same objective.
const median = make(0.5);
