/** The update rules: a line each. Kernels, their WebAssembly, optimizers and tests follow from this table. */
export { adadelta } from './adadelta.js';
export { adagrad } from './adagrad.js';
export { adam } from './adam.js';
export { adamW } from './adamW.js';
export { amsgrad } from './amsgrad.js';
export { centredRmsprop } from './centredRmsprop.js';
export { ftrl } from './ftrl.js';
export { lamb } from './lamb.js';
export { lion } from './lion.js';
export { momentum } from './momentum.js';
export { nadam } from './nadam.js';
export { nesterov } from './nesterov.js';
export { rmsprop } from './rmsprop.js';
