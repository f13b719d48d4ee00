import { areFinite, DataError, type Tensor } from '@fluxion/tensor';
import type { Elements } from './cell.js';

/**
 * Binds a check that numbers are finite, as a cell's own precision holds them: one that is not would make parameters NaN
 * that no later loss shows.
 *
 * @param where what it is to the caller: `fprop input 'image'`
 * @throws {DataError} by the check, with the row of the minibatch.
 */
export function finiteCheck(where: string, { shape }: Tensor): (values: Elements) => void {
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  return (values) => {
    if (areFinite(values)) return;
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
