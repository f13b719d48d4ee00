export type { NormalizedAdagradOptions } from './normalizedAdagrad.js';
export { normalizedAdagrad } from './normalizedAdagrad.js';
export type { Optimizer, ParameterState } from './optimizer.js';
export { type OptimizerState, optimizerState } from './optimizerState.js';
export * from './optimizers.js';
export { type ParameterGroup, parameterGroups } from './parameterGroups.js';
export { type LearningRateOptions, type Schedule, schedule } from './schedule.js';
export { type CosineDecayOptions, cosineDecay } from './schedules/cosineDecay.js';
export { type ExponentialDecayOptions, exponentialDecay } from './schedules/exponentialDecay.js';
export { joinSchedules } from './schedules/joinSchedules.js';
export { type OneCycleOptions, oneCycle } from './schedules/oneCycle.js';
export {
  type PlateauSchedule,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from './schedules/reduceOnPlateau.js';
export { type StepDecayOptions, stepDecay } from './schedules/stepDecay.js';
export { type WarmUpOptions, warmUp } from './schedules/warmUp.js';
export { type SgdOptions, sgd } from './sgd.js';
