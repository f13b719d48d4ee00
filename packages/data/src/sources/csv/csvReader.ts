import type { Data } from 'apache-arrow';
import type { RowReader } from '../text/textFormat.js';
import { type CellColumn, type CsvColumn, cellColumn } from './cellColumn.js';
import { CsvRows } from './csvRows.js';
import type { NullWords } from './nullWords.js';

/** Reads the rows of a CSV file whose columns are known. */
export class CsvReader extends CsvRows implements RowReader {
  readonly #known: readonly CsvColumn[];
  readonly #nulls: NullWords;
  #wanted: readonly CellColumn[] = [];

  constructor(separator: number, columns: readonly CsvColumn[], nulls: NullWords) {
    super(
      separator,
      columns.map(({ name }) => name),
    );
    this.#known = columns;
    this.#nulls = nulls;
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
