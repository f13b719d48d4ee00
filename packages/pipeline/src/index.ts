export { accuracy } from '@fluxion/metrics';
export { accumulate } from './accumulate.js';
export { argmax } from './argmax.js';
export { bprop } from './bprop.js';
export { clipByGlobalNorm } from './clipByGlobalNorm.js';
export { clipByValue } from './clipByValue.js';
export { DivergenceError } from './divergenceError.js';
export { type Encode, type EncodeOptions, encode, type Row } from './encode.js';
export {
  type DelayedLabels,
  type DelayedLabelsOptions,
  delayedLabels,
} from './events/delayedLabels.js';
export { type DriftingStep, detectDrift } from './events/detectDrift.js';
export { type Race, type RacedStep, type RaceOptions, raceFresh } from './events/raceFresh.js';
export { type RaisedRate, type RaisedRateOptions, raisedRate } from './events/raisedRate.js';
export { examples } from './examples.js';
export { expectCurrent } from './expectCurrent.js';
export { extendStep } from './extendStep.js';
export { fprop } from './fprop.js';
export { type KafkaClient, type KafkaLogOptions, kafkaLog } from './logs/kafkaLog.js';
export type { Log, LogEvent, LogOffset } from './logs/log.js';
export { type LogEvents, type LogEventsOptions, logEvents } from './logs/logEvents.js';
export { type JetStreamClient, type NatsLogOptions, natsLog } from './logs/natsLog.js';
export { type RedisClient, type RedisLogOptions, redisLog } from './logs/redisLog.js';
export { type EvaluateOptions, evaluate, type MergeCounts } from './measuring/evaluate.js';
export type { ExamplesInput } from './measuring/examplesOf.js';
export { meanLoss } from './measuring/meanLoss.js';
export type { Figures, Metrics, ModelMetric, Observation } from './measuring/modelMetric.js';
export { ofOutput } from './measuring/ofOutput.js';
export { type ImportanceOptions, permutationImportance } from './measuring/permutationImportance.js';
export {
  type Prequential,
  type PrequentialFigures,
  type PrequentialOptions,
  prequential,
} from './measuring/prequential.js';
export type { Backward, Forward, Step } from './messages.js';
export { type MixupOptions, mixup } from './mixup.js';
export { type Prediction, predict } from './predict.js';
export { predictRow, predictRows, type RowPredictions } from './predictRow.js';
export { holdSource, SourceTurn } from './sourceTurn.js';
export {
  type AverageWeights,
  type AverageWeightsOptions,
  averageWeights,
} from './steps/averageWeights.js';
export type { BestOptions, Validated } from './steps/best.js';
export { type Checkpoint, checkpoint } from './steps/checkpoint.js';
export type { CheckpointInterval, CheckpointOptions, ResumeOptions } from './steps/checkpointOptions.js';
export { type EarlyStop, type EarlyStopOptions, earlyStop } from './steps/earlyStop.js';
export { type KeepBest, keepBest } from './steps/keepBest.js';
export { type RunIdentity, runIdentity, type TrainingRun } from './steps/trainingRun.js';
export { type Validate, type ValidatedStep, type ValidateOptions, validate } from './steps/validate.js';
export { type TrainOptions, train } from './train.js';
export { untilAborted } from './untilAborted.js';
export { update } from './update.js';
