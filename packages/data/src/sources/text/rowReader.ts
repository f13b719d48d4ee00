import type { Data } from 'apache-arrow';
import type { RowFinder } from './rowFinder.js';

/** Finds rows and makes columns of them. */
export interface RowReader extends RowFinder {
  /** Begins columns: those at these places of the schema, of so many rows. */
  begin(fields: readonly number[], rows: number): void;
  /** Adds the rows numbered `from` up to `to` of those found last. */
  add(bytes: Uint8Array, from: number, to: number): void;
  /** The columns of all rows that were added. */
  end(): Data[];
}
