import { DataError } from '@fluxion/tensor';
import { DataType, type Schema, Vector } from 'apache-arrow';
import { csvCell, harmless } from '../output/csvCell.js';
import { cellText } from './cellText.js';
import type { TableWriter } from './tableWriter.js';

/** How CSV is written. */
export interface CsvWriterOptions {
  /** Whether text that a spreadsheet would take for a formula begins with an apostrophe. Default false: it is written as it is. */
  readonly escapeFormulas?: boolean | undefined;
  /** What stands between cells. Default a comma. */
  readonly separator?: ',' | '\t';
}

/**
 * A table as CSV: a line of names, then a line for each row. A gap is an empty cell, an empty word a quoted one; times are
 * ISO 8601. So the same cells are read from it again.
 *
 * @throws {DataError} when a column is of lists, for which CSV has no form.
 * @see RFC 4180, but for the line ends, which are single line feeds.
 */
export function csvTableWriter(
  { fields }: Schema,
  out: { write(bytes: Uint8Array): void },
  file: string,
  { escapeFormulas = false, separator = ',' }: CsvWriterOptions = {},
): TableWriter {
  const nested = fields.find(
    ({ type }) => DataType.isFixedSizeList(type) || DataType.isList(type) || DataType.isStruct(type),
  );
  if (nested !== undefined) {
    throw new DataError(`expected a column that CSV can hold, got ${nested.type}; write it to .arrow`, {
      file,
      column: nested.name,
    });
  }
  const encoder = new TextEncoder();
  const write = (lines: readonly string[]): void => out.write(encoder.encode(`${lines.join('\n')}\n`));
  let formulas = 0;
  const cell = (text: string): string => {
    const shown = escapeFormulas ? harmless(text) : text;
    if (shown !== text) formulas++;
    return shown === '' ? '""' : csvCell(shown, separator);
  };
  const cellOf = (type: DataType): ((value: unknown) => string) => {
    const text = cellText(type);
    return (value) => (typeof value === 'string' ? cell(value) : text(value));
  };
  write([fields.map(({ name }) => cell(name)).join(separator)]);
  return {
    write({ rows, columns }) {
      const cells = columns.map((data) => Array.from(new Vector([data]), cellOf(data.type)));
      write(Array.from({ length: rows }, (_, row) => cells.map((column) => column[row]).join(separator)));
    },
    end() {},
    get formulas() {
      return formulas;
    },
  };
}
