/** Every public name of the packages, under one. */
export * from '@fluxion/checkpoint';
export * from '@fluxion/data';
export * from '@fluxion/duckdb';
export * from '@fluxion/graph';
export * from '@fluxion/images';
export * from '@fluxion/layers';
export * from '@fluxion/loss';
export * from '@fluxion/metrics';
export * from '@fluxion/mpi';
export * from '@fluxion/onnx';
// The tensor package has the kernel's options under this name; the optimizer's are meant.
export type { AdamOptions } from '@fluxion/optim';
export * from '@fluxion/optim';
export * from '@fluxion/pipeline';
// Types of the page whose names others have too (Run, Target, Figures …) are imported from @fluxion/report.
export {
  type BoxSummary,
  boxSummaries,
  type ColumnSummary,
  type EpochFigures,
  type Html,
  type HtmlValue,
  html,
  type Importance,
  type LeftOut,
  type LossPoint,
  LossRecord,
  nothing,
  type ReportOptions,
  type RocCurve,
  report,
  type Setting,
  type WorstRows,
} from '@fluxion/report';
export * from '@fluxion/tensor';
export * from '@fluxion/terminal';

// These take the place of the packages' own: here boxes, encodings and Parquet are known.
export { files } from './library/files.js';
export { loadModel } from './library/loadModel.js';
export { loadTraining } from './library/loadTraining.js';
export { newestCheckpoint } from './library/newestCheckpoint.js';
export { openByName } from './library/openByName.js';
export { readGraph } from './library/readGraph.js';
