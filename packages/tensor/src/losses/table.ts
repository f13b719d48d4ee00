/** The pointwise losses: a line each. Kernels, their WebAssembly and tests follow from this table. */
export { absoluteError } from './absoluteError.js';
export { binaryCrossEntropy } from './binaryCrossEntropy.js';
export { hinge } from './hinge.js';
export { huber } from './huber.js';
export { poisson } from './poisson.js';
export { quantileError } from './quantileError.js';
export { squaredError } from './squaredError.js';
