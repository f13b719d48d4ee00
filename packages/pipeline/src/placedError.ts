import type { Examples } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';

/**
 * Says where in the data the example of the minibatch is that an error is about.
 *
 * @param column the column that it is about, where that is known
 */
export function placedError(error: unknown, examples: Examples, column?: string): unknown {
  if (!(error instanceof DataError) || error.place.row === undefined || error.place.file !== undefined)
    return error;
  const place = examples.locate?.(error.place.row) ?? error.place;
  return new DataError(error.reason, column === undefined ? place : { ...place, column }, { cause: error });
}
