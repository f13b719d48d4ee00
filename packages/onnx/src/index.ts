export { exportOnnx, type OnnxExport } from './export/exportOnnx.js';
export { type ImportOnnxOptions, importOnnx } from './import/importOnnx.js';
export type { OnnxType, OnnxValue } from './write/onnxGraph.js';
