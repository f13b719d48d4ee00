/** The kernels: what the WebAssembly module exports. */
export { copy, copyStrided, multiply, scale } from './assign';
export { begin } from './begin';
export { scaleBytes } from './bytes';
export {
  exp,
  log,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  tanh,
  tanhGradient,
} from './elementwise';
export {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  negativeLogLikelihood,
  negativeLogLikelihoodGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  squaredError,
  squaredErrorGradient,
} from './loss';
export { matmul, matmulScratch, multiplyTiles } from './matmul';
export { matrixVector } from './matrixVector';
export { sum, sumMagnitudes, sumRows, sumSquares } from './reduce';
export { listScratch } from './rows';
export { addRowsAt } from './rowsAt';
export { sgd } from './sgd';
export { softmax, softmaxGradient } from './softmax';
export { multiplySparse, skipsZeros } from './sparseMatmul';
export { adam, decay, sgdMomentum, shrink, writeGradient } from './update';
export { vectorMatrix } from './vectorMatrix';
