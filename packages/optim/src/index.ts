export { type AdamOptions, adam } from './adam.js';
export type { Optimizer, ParameterState } from './optimizer.js';
export { type OptimizerState, optimizerState } from './optimizerState.js';
export { type LearningRateOptions, type Schedule, schedule } from './schedule.js';
export { type SgdOptions, sgd } from './sgd.js';
