export { binaryCrossEntropy } from './binaryCrossEntropy.js';
export { losses } from './losses.js';
export { negativeLogLikelihood } from './negativeLogLikelihood.js';
export { l1, l2, sum } from './regularizers.js';
export { softmaxCrossEntropy } from './softmaxCrossEntropy.js';
export { squaredError } from './squaredError.js';
