import { DataError, type DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';
import { columnNumbers } from './columnNumbers.js';

const MAX_LABEL = 2 ** 31 - 1;

/**
 * The labels of a column of numbers, checked to be whole and from 0 to classes − 1. They are a copy.
 *
 * @param place the block and column
 * @throws {DataError} with the row, for a null or a number that is no label.
 */
export async function numberLabels(
  data: Data,
  classes: number | undefined,
  place: DataPlace,
): Promise<Int32Array> {
  const numbers = await columnNumbers(data, place);
  const labels = new Int32Array(numbers.length);
  const last = classes === undefined ? MAX_LABEL : classes - 1;
  await forEachPiece(numbers.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const label = numbers[row] as number;
      if (!(label >= 0 && label <= last && Number.isInteger(label))) {
        throw new DataError(
          `expected a label, a whole number from 0 to ${last}, got ${label}; ${fixFor(label)}`,
          { ...place, row },
        );
      }
      labels[row] = label;
    }
  });
  return labels;
}

function fixFor(label: number): string {
  if (!Number.isInteger(label))
    return "give whole numbers, or take a loss of values (squaredError), with targetKind 'values'";
  return label < 0 ? 'count classes from 0' : 'check the column, or raise the number of classes';
}
