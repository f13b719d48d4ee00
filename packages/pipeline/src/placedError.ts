import type { Examples } from '@fluxion/data';
import { NonFinitePredictionError } from '@fluxion/metrics';
import { DataError } from '@fluxion/tensor';

/**
 * Says where in the data the example of the minibatch is that an error is about.
 *
 * @param column the column that it is about, where that is known
 */
export function placedError(error: unknown, examples: Examples, column?: string): unknown {
  if (!(error instanceof DataError) || error.place.row === undefined || error.place.file !== undefined)
    return error;
  const found = examples.locate?.(error.place.row) ?? error.place;
  const place = column === undefined ? found : { ...found, column };
  return error instanceof NonFinitePredictionError
    ? new NonFinitePredictionError(error.metric, error.prediction, place, { cause: error })
    : new DataError(error.reason, place, { cause: error });
}
