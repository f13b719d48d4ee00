import type { Data } from 'apache-arrow';
import type { RowReader } from '../text/rowReader.js';
import { type CellColumn, type CsvColumn, cellColumn } from './cellColumn.js';
import { CsvRows } from './csvRows.js';
import { NullWords } from './nullWords.js';

/** What is known of the columns of a CSV file once it has been looked at. */
export interface CsvLayout {
  readonly format: 'csv';
  readonly separator: number;
  readonly columns: readonly CsvColumn[];
  /** What stands for a gap. */
  readonly nulls: readonly string[];
}

/** Reads the rows of a CSV file whose columns are known. */
export class CsvReader extends CsvRows implements RowReader {
  readonly #known: readonly CsvColumn[];
  readonly #nulls: NullWords;
  #wanted: readonly CellColumn[] = [];

  constructor({ separator, columns, nulls }: CsvLayout) {
    super(
      separator,
      columns.map(({ name }) => name),
    );
    this.#known = columns;
    this.#nulls = new NullWords(nulls);
  }

  begin(fields: readonly number[], rows: number): void {
    this.#wanted = fields.flatMap((field) => {
      const column = this.#known[field];
      return column === undefined ? [] : [cellColumn(column, this.#nulls, rows)];
    });
  }

  add(bytes: Uint8Array, from: number, to: number): void {
    for (const column of this.#wanted) column.add(bytes, this, from, to);
  }

  end(): Data[] {
    return this.#wanted.map((column) => column.data());
  }
}
