export type { Limits } from './http/limits.js';
export type { RangeOptions } from './learning/knownRange.js';
export type { Learner, LearningOptions } from './learning/learner.js';
export type { OpenPredictionsOptions } from './learning/openPredictions.js';
export { type ServeOptions, type Service, serve } from './serve.js';
