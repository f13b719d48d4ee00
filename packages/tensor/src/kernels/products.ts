import type { Tensor } from '../tensor.js';
import type { Run, Sink } from './run.js';

/** Matrix products. */
export interface ProductKernels {
  /** output ← input · weight + bias: [batch, fanIn] · [fanIn, fanOut] + [fanOut]. */
  affine(input: Tensor, weight: Tensor, bias: Tensor, output: Tensor): Run;
  /**
   * sink ← factor · a · b: [m, k] · [k, n]. A transposed operand is a transposed view. Here and in `affine`, factors of `a`
   * or `input` that are 0 may be left out: 0·∞ and 0·NaN are then 0, and −0 may stay what would have become 0.
   */
  matmul(a: Tensor, b: Tensor, sink: Sink, factor?: number): Run;
}
