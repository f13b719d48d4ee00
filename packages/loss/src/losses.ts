import type { Loss } from '@fluxion/graph';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { focalCrossEntropy } from './focalCrossEntropy.js';
import { negativeLogLikelihood } from './negativeLogLikelihood.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';
import { squaredError } from './squaredError.js';

/** The registry: every loss that this package knows, by kind. The conformance suite walks it. */
export const losses: Readonly<Record<string, () => Loss>> = {
  softmaxCrossEntropy,
  focalCrossEntropy,
  negativeLogLikelihood,
  binaryCrossEntropy,
  squaredError,
};
