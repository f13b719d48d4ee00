import { DataError, type DataPlace } from '@fluxion/tensor';
import type { OpenSource } from './source.js';

/**
 * Runs code that looks at a block of rows: where an error names a row of the block, it becomes the row's place in the
 * source.
 *
 * @param from the number of the block's first row
 */
export async function locateRows<T>(
  source: OpenSource,
  file: string,
  from: number,
  look: () => Promise<T>,
): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { row, column } = error.place;
    const place = row === undefined ? { file } : rowPlace(source, file, from + row);
    throw new DataError(error.reason, { ...place, column }, { cause: error });
  }
}

/** Where a row of a source is, for error messages. */
export function rowPlace(source: OpenSource, file: string, row: number): DataPlace {
  return source.locate?.(row) ?? { file, row };
}
