/** The update rules: a line each. Kernels, their WebAssembly, optimizers and tests follow from this table. */
export { adam } from './adam.js';
export { momentum } from './momentum.js';
export { nesterov } from './nesterov.js';
