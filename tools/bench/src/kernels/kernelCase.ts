import type { Kernels, Run, Tensor } from '@fluxion/tensor';
import type { Blas } from './blas.js';

/** A kernel on tensors of some shape. */
export interface KernelCase {
  readonly title: string;
  /** What it has to compute at least: nothing for factors that are 0, where a kernel may leave them out. */
  readonly flops: number;
  /** What it has to read and write at least. */
  readonly bytes: number;
  bind(kernels: Kernels): Run;
  /** The same by BLAS, where BLAS has it. */
  readonly blas?: ((blas: Blas) => Run) | undefined;
  /** Where both leave the same numbers. */
  readonly result?: Tensor;
}
