import type { Tensor } from '../tensor.js';
import type { Measure, Run, Sink } from './run.js';

/** Copies, products, scalings and sums of whole tensors. */
export interface MoveKernels {
  /** sink ← factor·source, of the same shape; both may be strided views. */
  copy(source: Tensor, sink: Sink, factor?: number): Run;
  /** sink ← a ⊙ b, all of one shape. */
  multiply(a: Tensor, b: Tensor, sink: Sink): Run;
  /** tensor ← factor·tensor, the factor given at each call. */
  scale(tensor: Tensor): (factor: number) => void;
  /** (a, b) ← (p·a + q·b, r·a + s·b) with the a and b from before; contiguous, of one shape; the factors given at each call. */
  mix(a: Tensor, b: Tensor): (p: number, q: number, r: number, s: number) => void;
  /**
   * output ← factor·bytes, for the elements from `start` to `end` that each call names. The output is contiguous; the
   * bytes lie in memory of a tensor of this arena, one for each number.
   */
  scaleBytes(bytes: Uint8Array, output: Tensor, factor: number): (start: number, end: number) => void;
  /** sink ← Σ over the rows: [rows, columns] to [columns]. */
  sumRows(matrix: Tensor, sink: Sink): Run;
  /** Σ tensor². */
  sumSquares(tensor: Tensor): Measure;
  /** Mean of the elements; NaN where there are none. */
  mean(tensor: Tensor): Measure;
}
