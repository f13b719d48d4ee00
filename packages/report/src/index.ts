export { boxSummaries } from './graph/boxSummaries.js';
export { LossRecord } from './lossRecord.js';
export { type Html, type HtmlValue, html, nothing } from './markup/html.js';
export { type ReportOptions, report } from './report.js';
export type {
  BoxSummary,
  CalibrationBin,
  ClassTarget,
  ColumnSummary,
  EpochFigures,
  Figures,
  Importance,
  LeftOut,
  LossPoint,
  NumberTarget,
  RocCurve,
  Run,
  Setting,
  Target,
  WorstRows,
} from './run.js';
