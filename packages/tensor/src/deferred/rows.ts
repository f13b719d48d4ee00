import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';

/** The first rows of a matrix. */
export function firstRows(matrix: Tensor, count: number): Tensor {
  return matrix.hi(count, matrix.shape[1] as number);
}

/** One row of a matrix, as a matrix. */
export function row(matrix: Tensor, i: number): Tensor {
  return matrix.lo(i, 0).hi(1, matrix.shape[1] as number);
}

/** What is bound for each number of rows, when it is first wanted. */
export function perCount<T = Run>(bind: (count: number) => T): (count: number) => T {
  const bound: T[] = [];
  return (count) => {
    bound[count] ??= bind(count);
    return bound[count] as T;
  };
}
