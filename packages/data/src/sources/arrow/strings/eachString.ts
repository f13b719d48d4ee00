import type { DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { forEachPiece } from '../../forEachPiece.js';
import { stringValues } from './stringValues.js';

/** Shows the strings of columns one after the other, and null for a null. */
export async function eachString(
  columns: readonly Data[],
  place: DataPlace,
  see: (value: string | null) => void,
): Promise<void> {
  for (const column of columns) {
    const valueAt = await stringValues(column, place);
    await forEachPiece(column.length, (from, to) => {
      for (let i = from; i < to; i++) see(column.getValid(i) ? valueAt(i) : null);
    });
  }
}
