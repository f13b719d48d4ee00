import { DataError } from '@fluxion/tensor';

/**
 * Finds the rows that cannot be used, by halving ranges that have some.
 *
 * @param look rejects with a DataError that names a row, where one of so many rows from a place on cannot be used
 * @param found is told of each, in their order
 */
export async function findBadRows(
  from: number,
  count: number,
  look: (from: number, count: number) => Promise<void>,
  found: (row: number, error: DataError) => Promise<void>,
): Promise<void> {
  try {
    await look(from, count);
  } catch (error) {
    // What names no row is wrong with all of them, or with the file.
    if (!(error instanceof DataError) || error.place.row === undefined) throw error;
    if (count === 1) return found(from, error);
    const half = count >> 1;
    await findBadRows(from, half, look, found);
    await findBadRows(from + half, count - half, look, found);
  }
}
