import type { Examples } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';

/** Says where in the data the example of the minibatch is that an error is about. */
export function located(error: unknown, examples: Examples): unknown {
  if (!(error instanceof DataError) || error.place.row === undefined || error.place.file !== undefined)
    return error;
  const { targetColumn: column } = examples;
  const place = examples.locate?.(error.place.row) ?? error.place;
  return new DataError(error.reason, column === undefined ? place : { ...place, column }, { cause: error });
}
