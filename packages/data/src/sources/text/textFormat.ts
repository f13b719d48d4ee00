import type { Data, Schema } from 'apache-arrow';
import type { RowFinder } from './rowFinder.js';

/** A format of rows of text, such as CSV. */
export interface TextFormat {
  /**
   * Begins to look at a text.
   *
   * @param head its first bytes
   * @param isWhole whether they are all of it
   * @returns undefined when more bytes are needed
   * @throws {RowError} when it is not of this format.
   */
  begin(head: Uint8Array, isWhole: boolean): TextScan | undefined;
}

/** One look at all rows, which finds out what the columns are. */
export interface TextScan {
  /** Where the first row starts, and the lines before it. */
  readonly start: number;
  readonly lines: number;
  readonly finder: RowFinder;
  /**
   * Takes in the rows that the finder found last. It may be given rows again that it has taken in.
   *
   * @throws {RowError} when a value is not of the kind that its column is to have. Of its row and those after it nothing has
   *   been taken in.
   */
  take(bytes: Uint8Array, rows: number): void;
  /** What the rows have turned out to be. */
  table(): TextTable;
}

/** Rows of text whose columns are known. */
export interface TextTable {
  readonly schema: Schema;
  /** Which names of columns are not those of the file, in words; absent where all are. */
  readonly changed?: string | undefined;
  /** Something to read rows with, by one reader at a time. */
  reader(): RowReader;
}

/** Finds rows and makes columns of them. */
export interface RowReader extends RowFinder {
  /** Begins columns: those at these places of the schema, of so many rows. */
  begin(fields: readonly number[], rows: number): void;
  /** Adds the rows numbered `from` up to `to` of those found last. */
  add(bytes: Uint8Array, from: number, to: number): void;
  /** The columns of all rows that were added. */
  end(): Data[];
}
