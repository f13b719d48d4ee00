import type { Loss } from '@fluxion/graph';
import { DataError, type Shape, sizeOf } from '@fluxion/tensor';
import { lossOfTerms } from './lossOfTerms.js';

/**
 * Hinge loss, of a margin: l = Σ max(0, 1 − t·f(x)), with targets of −1 and 1.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = −t / batch where t·f(x) < 1, else 0
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {DataError} by its passes,
 *   with the row, on a target that is neither −1 nor 1.
 * @see Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995.
 * @example
 * const loss = hinge();
 */
export function hinge(): Loss<'values'> {
  return loss;
}

function expectSigns(targets: ArrayLike<number>, outputShape: Shape): void {
  for (let i = 0; i < targets.length; i++) {
    if (Math.abs(targets[i] as number) === 1) continue;
    throw new DataError(
      `target: expected −1 or 1, got ${targets[i]}; encode the classes so, or use binaryCrossEntropy()`,
      { row: Math.floor(i / sizeOf(outputShape)) },
    );
  }
}

// One object, so that the same loss is the same objective.
const loss = lossOfTerms(
  'hinge',
  { value: (z, t) => Math.max(1 - t * z, 0), slope: (z, t) => (t * z < 1 ? -t : 0) },
  expectSigns,
);
