import { Field, Schema } from 'apache-arrow';
import { type TextKind, textType } from '../text/columnBuilders.js';
import { checkNames, fileNames } from '../text/columnNames.js';
import { decimal } from '../text/decimal.js';
import { textStart } from '../text/encoding.js';
import { RowError } from '../text/rowError.js';
import type { TextFormat, TextScan } from '../text/textFormat.js';
import { ColumnLook } from './cellColumn.js';
import { CsvRows } from './csvRows.js';
import { findSeparator } from './findSeparator.js';
import type { NullWords } from './nullWords.js';

/** How a CSV file is written, as far as that is given. */
export interface CsvDialect {
  readonly separator: number | undefined;
  readonly header: boolean | readonly string[] | undefined;
  readonly nulls: NullWords;
  readonly kinds: ReadonlyMap<string, TextKind>;
}

/** Bytes that a separator is looked for in. */
const HEAD = 2 ** 18;

export function csvFormat(dialect: CsvDialect): TextFormat {
  return {
    begin: (head, isWhole): TextScan | undefined => {
      if (!isWhole && head.length < HEAD) return undefined;
      const start = textStart(head);
      const separator =
        dialect.separator ??
        findSeparator(head.subarray(start, start + HEAD), isWhole && head.length <= start + HEAD);
      const rows = new CsvRows(separator);
      if (rows.find(head, start, head.length, isWhole, 1) === 0) {
        if (!isWhole) return undefined;
        throw new RowError(
          'expected a header and rows, got an empty file; check that it was written',
          start,
          0,
        );
      }
      const { names, changed, isFirstRow } = header(dialect.header, head, rows);
      checkNames(names);
      checkKinds(dialect.kinds, names);
      const looks = names.map(
        (name, field) => new ColumnLook(field, name, dialect.nulls, dialect.kinds.get(name)),
      );
      // What may refuse a row comes first, and keeps nothing of it.
      const inOrder = looks.toSorted((a, b) => Number(b.isGiven) - Number(a.isGiven));
      const finder = new CsvRows(rows.separator, names);
      return {
        start: isFirstRow ? start : rows.next,
        lines: isFirstRow ? 0 : rows.lines,
        finder,
        take: (bytes, found) => {
          for (const look of inOrder) look.take(bytes, finder, found);
        },
        table: () => {
          const columns = looks.map(({ column }) => column);
          return {
            changed,
            schema: new Schema(columns.map(({ name, kind }) => new Field(name, textType(kind), true))),
            layout: { format: 'csv', separator: rows.separator, columns, nulls: dialect.nulls.words },
          };
        },
      };
    },
  };
}

/** The names of the columns, and whether the row found first is data already. */
function header(
  given: CsvDialect['header'],
  head: Uint8Array,
  rows: CsvRows,
): { names: readonly string[]; changed?: string | undefined; isFirstRow: boolean } {
  const first = Array.from({ length: rows.columns }, (_, column) => cellText(head, rows, column));
  if (given === false) return { names: first.map((_, i) => `column${i + 1}`), isFirstRow: true };
  if (given !== undefined && given !== true) {
    if (given.length === first.length) return { names: given, isFirstRow: true };
    throw new RowError(
      `expected ${given.length} cells, one for each name in header, got ${first.length}`,
      0,
      0,
    );
  }
  if (given === undefined && first.every(isNumber)) {
    throw new RowError(
      `expected the names of the columns in the first line, got numbers: ${first.slice(0, 3).join(', ')}…; add a line of names, or in a program give csvFile a header: a list of names, false for none, or true where these are the names`,
      0,
      0,
    );
  }
  return { ...fileNames(first), isFirstRow: false };
}

function isNumber(text: string): boolean {
  const bytes = Buffer.from(text);
  return !Number.isNaN(decimal(bytes, 0, bytes.length));
}

function cellText(bytes: Uint8Array, { cells }: CsvRows, column: number): string {
  const start = cells[2 * column] as number;
  const end = cells[2 * column + 1] as number;
  const text = Buffer.from(bytes.subarray(start, end < 0 ? ~end : end)).toString();
  return (end < 0 ? text.replaceAll('""', '"') : text).trim();
}

function checkKinds(kinds: CsvDialect['kinds'], names: readonly string[]): void {
  for (const name of kinds.keys()) {
    if (!names.includes(name)) {
      throw new RowError(
        `expected a column '${name}', which is said to have numbers, words or others, got ${shortList(names)}; name one of these`,
        0,
        0,
      );
    }
  }
}

function shortList(names: readonly string[]): string {
  return names.length <= 10
    ? names.join(', ')
    : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
}
