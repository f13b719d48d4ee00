export { accuracy } from './classification/accuracy.js';
export { balancedAccuracy } from './classification/balancedAccuracy.js';
export { brier } from './classification/brier.js';
export {
  type Calibration,
  type CalibrationBin,
  type CalibrationOptions,
  calibration,
  calibrationError,
} from './classification/calibration.js';
export type { ClassOption } from './classification/classFigures.js';
export { confusion } from './classification/confusion.js';
export { type CurvePoint, curves } from './classification/curves.js';
export { f1, f1PerClass } from './classification/f1.js';
export { logLoss } from './classification/logLoss.js';
export { prAuc } from './classification/prAuc.js';
export { precision, precisionPerClass } from './classification/precision.js';
export { recall, recallPerClass } from './classification/recall.js';
export { rocAuc } from './classification/rocAuc.js';
export { topK } from './classification/topK.js';
export { defineMetric } from './counting/defineMetric.js';
export { fading } from './counting/fading.js';
export { mean } from './counting/mean.js';
export type { Metric, MetricDefinition, RunningMetric } from './counting/metric.js';
export { NonFinitePredictionError } from './counting/nonFinitePredictionError.js';
export type { Compared, Rows } from './counting/rows.js';
export { type SumsDefinition, sums } from './counting/sums.js';
export type { Tally } from './counting/tally.js';
export { windowed } from './counting/windowed.js';
export { type WithWindow, withWindow } from './counting/withWindow.js';
export { type AdwinOptions, adwin } from './drift/adwin.js';
export type { Drift, DriftDetector } from './drift/driftDetector.js';
export { type PageHinkleyOptions, pageHinkley } from './drift/pageHinkley.js';
export { mae } from './regression/mae.js';
export { quantileLoss } from './regression/quantileLoss.js';
export { r2 } from './regression/r2.js';
export { rmse } from './regression/rmse.js';
