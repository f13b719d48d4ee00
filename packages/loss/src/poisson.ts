import type { Loss } from '@fluxion/graph';
import { DataError, type Shape, sizeOf } from '@fluxion/tensor';
import { lossOfTerms } from './lossOfTerms.js';

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

function expectCounts(targets: ArrayLike<number>, outputShape: Shape): void {
  for (let i = 0; i < targets.length; i++) {
    if ((targets[i] as number) >= 0) continue;
    throw new DataError(`target: expected a count, from 0, got ${targets[i]}; correct the data`, {
      row: Math.floor(i / sizeOf(outputShape)),
    });
  }
}

// One object, so that the same loss is the same objective.
const loss = lossOfTerms(
  'poisson',
  { value: (z, t) => Math.exp(z) - t * z, slope: (z, t) => Math.exp(z) - t },
  expectCounts,
);
