import type { Schema } from 'apache-arrow';
import type { CsvLayout } from '../csv/csvReader.js';
import type { JsonLayout } from '../jsonLines/jsonReader.js';
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
  readonly layout: ColumnLayout;
}

/** All that a reader of rows knows of their columns. It can be sent to another thread. */
export type ColumnLayout = CsvLayout | JsonLayout;
