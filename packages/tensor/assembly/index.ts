/** The kernels: what the WebAssembly module exports. */
export * from './generated/losses';
export * from './generated/maps';
export * from './generated/updates';
export {
  negativeLogLikelihood,
  negativeLogLikelihoodGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './losses/labels';
export { softmax, softmaxGradient } from './maps/softmax';
export { addRowsAt } from './moves/addRowsAt';
export { copy, copyStrided, multiply, scale } from './moves/copy';
export { mix } from './moves/mix';
export { scaleBytes } from './moves/scaleBytes';
export { sum, sumMagnitudes, sumRows, sumSquares } from './moves/sums';
export { begin } from './products/begin';
export { fastestWay } from './products/fastestWay';
export { matmul, matmulScratch, multiplyTiles } from './products/matmul';
export { matrixVector, matrixVectorWhere } from './products/matrixVector';
export { listScratch } from './products/rows';
export { multiplySparseLeft } from './products/sparseLeft';
export { multiplySparseRight } from './products/sparseRight';
export { vectorMatrix } from './products/vectorMatrix';
export { gruStep, gruStepGradient, lstmStep, lstmStepGradient } from './recurrence/gates';
export { multiplyRows, scaleAndShiftRows, sumProductRows } from './rows/broadcast';
export { normalizeRows, normalizeRowsGradient } from './rows/normalize';
export { decay, shrink } from './updates/decay';
export { writeGradient } from './updates/gradient';
export { sgd } from './updates/sgd';
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './windows/pools';
export { fold, unfold, unfoldLines } from './windows/unfold';
