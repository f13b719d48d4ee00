/** The pointwise losses: a line each. Kernels, their WebAssembly and tests follow from this table. */
export { binaryCrossEntropy } from './binaryCrossEntropy.js';
export { squaredError } from './squaredError.js';
