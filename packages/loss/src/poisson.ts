import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

/**
 * Negative log-likelihood of counts, from the logarithm of their rate: l = Σ eᶻ − t·z, without log t!, which the output does
 * not change.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = (eᶻ − t) / batch
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {DataError} by its passes,
 *   with the row, on a target below 0.
 * @see McCullagh and Nelder, "Generalized linear models", 1989, chapter 6.
 * @example
 * const loss = poisson();
 */
export function poisson(): Loss<'values'> {
  return loss;
}

function refusal(targets: ArrayLike<number>, start: number, end: number): string | undefined {
  for (let i = start; i < end; i++) {
    if (!((targets[i] as number) >= 0))
      return `expected a count, from 0, got ${targets[i]}; correct the data`;
  }
  return undefined;
}

// One object, so that the same loss is the same objective.
const loss = pointwise('poisson', { refusal });
