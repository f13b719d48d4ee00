import { FLOAT } from '../wasm/layout.js';
import type { Sgemm, SgemmArguments } from './blasLibrary.js';

const ROW_MAJOR = 101;
/** How BLAS is told of a matrix: by its rows, or by the rows of its transpose. */
export const AS_IT_IS = 111;
export const TRANSPOSED = 112;

/**
 * C ← alpha·op(A)·op(B) + beta·C of matrices at these byte addresses, in calls of so many rows of C and so many terms of
 * their sums: `rowStep`, `depthStep`. All else as `cblas_sgemm` takes it.
 */
export type SgemmInParts = (
  ...given: [...SgemmArguments<number>, rowStep: number, depthStep: number]
) => void;

/** Binds products to the memory that the addresses are of. */
export function sgemmInParts(memory: { readonly buffer: ArrayBufferLike }, sgemm: Sgemm): SgemmInParts {
  const views = new Map<number, Float32Array>();
  const at = (address: number): Float32Array => {
    let view = views.get(address);
    if (view === undefined) {
      view = new Float32Array(memory.buffer, address, 1);
      views.set(address, view);
    }
    return view;
  };
  return (transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, rowStep, depthStep) => {
    const aRow = (transA === AS_IT_IS ? lda : 1) * FLOAT;
    const aColumn = (transA === AS_IT_IS ? 1 : lda) * FLOAT;
    const bRow = (transB === AS_IT_IS ? ldb : 1) * FLOAT;
    for (let i = 0; i < m; i += rowStep) {
      const rows = Math.min(rowStep, m - i);
      for (let from = 0; from < k; from += depthStep) {
        const depth = Math.min(depthStep, k - from);
        sgemm(
          ROW_MAJOR,
          transA,
          transB,
          rows,
          n,
          depth,
          alpha,
          at(a + i * aRow + from * aColumn),
          lda,
          at(b + from * bRow),
          ldb,
          from === 0 ? beta : 1,
          at(c + i * ldc * FLOAT),
          ldc,
        );
      }
    }
  };
}
