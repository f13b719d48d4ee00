import type { Data } from 'apache-arrow';
import { type NumericBuilder, numericBuilder, type TextKind, WordBuilder } from '../text/columnBuilders.js';
import { RowError } from '../text/rowError.js';
import { cellKind, isCode, readCell } from './cellKind.js';
import type { CsvRows } from './csvRows.js';
import type { NullWords } from './nullWords.js';

const [TAB, SPACE, QUOTE] = [0x09, 0x20, 0x22];

/** A column of a CSV file. */
export interface CsvColumn {
  /** Its place among the cells of a row. */
  readonly field: number;
  readonly name: string;
  readonly kind: TextKind;
}

/** Takes the cells of a column, row by row. */
export interface CellColumn {
  /** Takes the rows `from` up to `to` of those found last in the bytes. */
  add(bytes: Uint8Array, rows: CsvRows, from: number, to: number): void;
  data(): Data;
}

/** Makes an Arrow column of so many cells. */
export function cellColumn(column: CsvColumn, nulls: NullWords, capacity: number): CellColumn {
  return column.kind === 'word'
    ? new WordColumn(column.field, nulls, capacity)
    : new NumericColumn(column, column.kind, nulls, capacity);
}

class NumericColumn implements CellColumn {
  readonly #column: CsvColumn;
  readonly #kind: Exclude<TextKind, 'word'>;
  readonly #nulls: NullWords;
  readonly #builder: NumericBuilder;

  constructor(column: CsvColumn, kind: Exclude<TextKind, 'word'>, nulls: NullWords, capacity: number) {
    this.#column = column;
    this.#kind = kind;
    this.#nulls = nulls;
    this.#builder = numericBuilder(kind, capacity);
  }

  add(bytes: Uint8Array, { cells, columns }: CsvRows, from: number, to: number): void {
    const read = readCell[this.#kind];
    const builder = this.#builder;
    const nulls = this.#nulls;
    for (let row = from; row < to; row++) {
      const cell = 2 * (row * columns + this.#column.field);
      const start = firstLetter(bytes, cells[cell] as number, cells[cell + 1] as number);
      const end = lastLetter(bytes, start, cells[cell + 1] as number);
      if (nulls.has(bytes, start, end)) {
        builder.addNull();
        continue;
      }
      const value = read(bytes, start, end);
      if (Number.isNaN(value)) throw otherKind(this.#column, bytes, start, end, row);
      builder.add(value);
    }
  }

  data(): Data {
    return this.#builder.data();
  }
}

class WordColumn implements CellColumn {
  readonly #field: number;
  readonly #nulls: NullWords;
  readonly #builder: WordBuilder;

  constructor(field: number, nulls: NullWords, capacity: number) {
    this.#field = field;
    this.#nulls = nulls;
    this.#builder = new WordBuilder(capacity);
  }

  add(bytes: Uint8Array, { cells, columns }: CsvRows, from: number, to: number): void {
    const builder = this.#builder;
    const nulls = this.#nulls;
    for (let row = from; row < to; row++) {
      const cell = 2 * (row * columns + this.#field);
      const start = cells[cell] as number;
      const end = cells[cell + 1] as number;
      if (end < 0) {
        builder.add(bytes, start, ~end, QUOTE);
        continue;
      }
      const first = firstLetter(bytes, start, end);
      if (nulls.has(bytes, first, lastLetter(bytes, first, end))) builder.addNull();
      else builder.add(bytes, start, end);
    }
  }

  data(): Data {
    return this.#builder.data();
  }
}

/** Finds out what kind of column cells make up. */
export class ColumnLook {
  readonly #field: number;
  readonly #name: string;
  readonly #nulls: NullWords;
  /** Whether its kind is known beforehand. */
  readonly isGiven: boolean;
  #kind: TextKind | undefined;

  /** @param kind the kind that it is to be, where that is known */
  constructor(field: number, name: string, nulls: NullWords, kind: TextKind | undefined) {
    this.#field = field;
    this.#name = name;
    this.#nulls = nulls;
    this.isGiven = kind !== undefined;
    this.#kind = kind;
  }

  /** The column, as far as it has been seen. One that has gaps only is one of numbers. */
  get column(): CsvColumn {
    return { field: this.#field, name: this.#name, kind: this.#kind ?? 'number' };
  }

  /**
   * Takes in the cells of the first rows found last: if one is not of the kind that others are, all are words.
   *
   * @throws {RowError} when one is not of the kind that the column is to be.
   */
  take(bytes: Uint8Array, { cells, columns }: CsvRows, rows: number): void {
    for (let row = 0; row < rows; row++) {
      if (this.#kind === 'word') return;
      const cell = 2 * (row * columns + this.#field);
      const start = firstLetter(bytes, cells[cell] as number, cells[cell + 1] as number);
      const end = lastLetter(bytes, start, cells[cell + 1] as number);
      if (this.#nulls.has(bytes, start, end)) continue;
      if (this.#kind === undefined) {
        this.#kind = cellKind(bytes, start, end);
      } else if (Number.isNaN(readCell[this.#kind](bytes, start, end))) {
        if (this.isGiven) throw otherKind(this.column, bytes, start, end, row);
        this.#kind = 'word';
      } else if (!this.isGiven && this.#kind === 'number' && isCode(bytes, start, end)) {
        this.#kind = 'word';
      }
    }
  }
}

/** Where a cell starts after spaces. */
function firstLetter(bytes: Uint8Array, start: number, end: number): number {
  const last = end < 0 ? ~end : end;
  let at = start;
  while (at < last && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

/** Where a cell ends before spaces. */
function lastLetter(bytes: Uint8Array, start: number, end: number): number {
  let at = end < 0 ? ~end : end;
  while (at > start && (bytes[at - 1] === SPACE || bytes[at - 1] === TAB)) at--;
  return at;
}

/** Longest part of a cell that a message quotes. */
const MAX_QUOTED = 40;

function otherKind(
  { name, kind }: CsvColumn,
  bytes: Uint8Array,
  start: number,
  end: number,
  row: number,
): RowError {
  const cell = Buffer.from(bytes.subarray(start, Math.min(end, start + MAX_QUOTED))).toString();
  return new RowError(
    `expected a ${kind}, got '${cell}'; correct it, name it in nulls if it stands for a gap, or make the column one of words: columns: { '${name}': 'word' }`,
    start,
    row,
    name,
  );
}
