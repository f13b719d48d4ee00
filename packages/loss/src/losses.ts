import type { Loss } from '@fluxion/graph';
import { absoluteError } from './absoluteError.js';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { cosineError } from './cosineError.js';
import { focalCrossEntropy } from './focalCrossEntropy.js';
import { hinge } from './hinge.js';
import { huber } from './huber.js';
import { inBatchSoftmax } from './inBatchSoftmax.js';
import { klDivergence } from './klDivergence.js';
import { negativeLogLikelihood } from './negativeLogLikelihood.js';
import { poisson } from './poisson.js';
import { quantileError } from './quantileError.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';
import { squaredError } from './squaredError.js';
import { triplet } from './triplet.js';

/** The registry: every loss that this package knows, by kind. The conformance suite walks it. */
export const losses: Readonly<Record<string, () => Loss>> = {
  softmaxCrossEntropy,
  focalCrossEntropy,
  negativeLogLikelihood,
  binaryCrossEntropy,
  squaredError,
  absoluteError,
  huber,
  quantileError,
  hinge,
  poisson,
  klDivergence,
  cosineError,
  inBatchSoftmax,
  triplet,
};
