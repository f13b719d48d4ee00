import { DataError, type DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { columnNumbers } from './columnNumbers.js';

const MAX_LABEL = 2 ** 31 - 1;

/**
 * The labels of a column of numbers, checked to be whole and from 0 to classes − 1. A column of int32 is not copied.
 *
 * @param place the block and column
 * @throws {DataError} with the row, for a null or a number that is no label.
 */
export function numberLabels(data: Data, classes: number | undefined, place: DataPlace): Int32Array {
  const numbers = columnNumbers(data, place);
  const last = classes === undefined ? MAX_LABEL : classes - 1;
  for (let row = 0; row < numbers.length; row++) {
    const label = numbers[row] as number;
    if (!(label >= 0 && label <= last && Number.isInteger(label))) {
      throw new DataError(
        `expected a label, a whole number from 0 to ${last}, got ${label}; ${fixFor(label)}`,
        { ...place, row },
      );
    }
  }
  return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers);
}

function fixFor(label: number): string {
  if (!Number.isInteger(label)) return "give whole numbers, or set targetKind to 'values'";
  return label < 0 ? 'count classes from 0' : 'check the column, or raise classes';
}
