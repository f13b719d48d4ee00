import type { Row } from '@fluxion/pipeline';
import { DataError } from '@fluxion/tensor';
import { HttpError } from './httpError.js';

/** The rows of a request: a JSON object is one, a list of them are several. */
export interface GivenRows {
  readonly rows: readonly Row[];
  /** Whether it was a list, so that the answer is one too. */
  readonly isList: boolean;
}

/**
 * The rows that a request's body holds.
 *
 * @param most how many there may be
 * @throws {HttpError} where it is no row, or has too many.
 */
export function rowsOf(body: unknown, most: number): GivenRows {
  const isList = Array.isArray(body);
  const rows: readonly unknown[] = isList ? body : [body];
  if (rows.length === 0) throw new HttpError(400, 'expected a row or more, got an empty list; give one');
  if (rows.length > most) {
    throw new HttpError(
      413,
      `expected at most ${most} rows, got ${rows.length}; send them in several requests`,
    );
  }
  const wrong = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (wrong !== -1) {
    const row = rows[wrong];
    const got = row === null ? 'null' : Array.isArray(row) ? 'a list' : typeof row;
    throw new DataError(
      `expected a JSON object with a value for each column, got ${got}; give one, or a list of them`,
      isList ? { row: wrong } : {},
    );
  }
  return { rows: rows as readonly Row[], isList };
}

/** Calls something with each row; an error about one says which one it is of a list. */
export function eachRow({ rows, isList }: GivenRows, look: (row: Row) => void): void {
  for (const [i, row] of rows.entries()) {
    try {
      look(row);
    } catch (error) {
      if (!(error instanceof DataError) || !isList) throw error;
      throw new DataError(error.reason, { ...error.place, row: i }, { cause: error });
    }
  }
}
