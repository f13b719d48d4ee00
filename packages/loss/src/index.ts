export { binaryCrossEntropy } from './binaryCrossEntropy.js';
export { type FocalCrossEntropyOptions, focalCrossEntropy } from './focalCrossEntropy.js';
export { losses } from './losses.js';
export { negativeLogLikelihood } from './negativeLogLikelihood.js';
export { l1, l2, sum } from './regularizers.js';
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from './softmaxCrossEntropy.js';
export { squaredError } from './squaredError.js';
export { type LossWeights, weighted } from './weighted.js';
