import type { Loss } from '@fluxion/graph';
import type { Term } from '@fluxion/tensor';
import { lossOfVectors } from './lossOfVectors.js';

/** The sum of a term over the units of a vector. */
export function lossOfTerms(kind: string, term: Term, expectTargets?: Loss['expectTargets']): Loss<'values'> {
  return lossOfVectors({
    kind,
    link: 'identity',
    ...(expectTargets && { expectTargets }),
    value: ({ kernels, output, targets }, losses) => [kernels.sumTerms(term, output, targets, losses)],
    slope: ({ kernels, output, targets }, dOutput, factor) => [
      kernels.termSlopes(term, output, targets, dOutput, factor),
    ],
  });
}
