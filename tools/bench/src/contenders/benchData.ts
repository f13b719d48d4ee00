/** Examples in memory: inputs in [0, 1], row after row, and their classes. */
export interface BenchData {
  readonly inputSize: number;
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}
