import { DataError, elements, type Kernels, type Run, sizeOf, type Tensor } from '@fluxion/tensor';
import type { Elements } from './cell.js';

/** Of so few numbers a look at each costs less than the call of a kernel. */
const FEW = 32;

/**
 * Binds a check that the numbers of a cell are finite, in its own precision: one that is not would make parameters NaN that no
 * later loss shows.
 *
 * @param where what it is to the caller: `fprop input 'image'`
 * @throws {DataError} by the check, with the row of the minibatch.
 */
export function finiteCheck(where: string, cell: Tensor, kernels: Kernels): Run {
  const size = sizeOf(cell.shape.slice(1));
  const values = elements(cell);
  const mean = cell.size > FEW ? kernels.mean(cell) : undefined;
  return () => {
    // The mean is finite only where all numbers are.
    if (mean !== undefined && Number.isFinite(mean())) return;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isFinite(value)) continue;
      throw new DataError(
        `${where}: expected finite numbers${values instanceof Float32Array ? ' of float32' : ''}, got ${value}; leave the example out, or correct the data`,
        { row: Math.floor(i / size) },
      );
    }
  };
}

/**
 * Binds a check that indices are whole numbers below a bound.
 *
 * @param what an index is, for the error: `label`
 * @param least the smallest that may be: 0, or −1 where that stands for no index
 * @throws {DataError} by the check, with the row of the minibatch.
 */
export function indexCheck(
  what: string,
  { shape }: { readonly shape: readonly number[] },
  least: 0 | -1,
  bound: number,
  fix: (index: number) => string,
): (values: Elements) => void {
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  return (values) => {
    for (let i = 0; i < values.length; i++) {
      const index = values[i] as number;
      if (Number.isInteger(index) && index >= least && index < bound) continue;
      throw new DataError(
        `${what}: expected an integer from ${least} to ${bound - 1}, got ${index}; ${fix(index)}`,
        { row: Math.floor(i / size) },
      );
    }
  };
}
