import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';

/** The first rows of a matrix. */
export function first(matrix: Tensor, count: number): Tensor {
  return matrix.hi(count, matrix.shape[1] as number);
}

/** One row of a matrix, as a matrix. */
export function row(matrix: Tensor, i: number): Tensor {
  return matrix.lo(i, 0).hi(1, matrix.shape[1] as number);
}

/** A kernel for each number of rows, bound when it is first wanted. */
export function perCount(bind: (count: number) => Run): (count: number) => Run {
  const bound: Run[] = [];
  return (count) => {
    bound[count] ??= bind(count);
    return bound[count] as Run;
  };
}
