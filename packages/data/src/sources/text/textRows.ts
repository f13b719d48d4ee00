import { DataError } from '@fluxion/tensor';
import { CsvReader } from '../csv/csvReader.js';
import { eventLoopTurn } from '../eventLoopTurn.js';
import { JsonReader } from '../jsonLines/jsonReader.js';
import type { Block } from '../source.js';
import type { ByteRanges } from './byteRanges.js';
import type { RowIndex, RowMark } from './rowIndex.js';
import type { RowReader } from './rowReader.js';
import { PIECE, placed } from './scanText.js';
import type { ColumnLayout } from './textFormat.js';

/** Bytes that one read takes in, unless a row is longer: so many are still in the cache when they are parsed. */
const READ = 2 ** 20;

/** What is known of a text that has been looked at. */
export interface TextLayout {
  /** What messages call it. */
  readonly name: string;
  readonly columns: ColumnLayout;
  readonly index: RowIndex;
  /** Where the rows are that are left out. */
  readonly leftOut: ByteRanges;
}

/** Reads any rows of a text that has been looked at. */
export class TextRows {
  readonly #layout: TextLayout;
  readonly #bytesAt: (position: number, into: Uint8Array) => Promise<void> | void;
  readonly #reader: RowReader;
  /** Bytes of the current piece of text, and where they start. */
  #text: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #memory: Uint8Array = new Uint8Array(0);
  /** Where the last read ended: the next one often starts there. */
  #last: RowMark = { row: 0, offset: Number.POSITIVE_INFINITY, line: 0 };

  /** @param bytesAt fills memory with the bytes from a place on */
  constructor(layout: TextLayout, bytesAt: (position: number, into: Uint8Array) => Promise<void> | void) {
    this.#layout = layout;
    this.#bytesAt = bytesAt;
    const { columns } = layout;
    this.#reader = columns.format === 'csv' ? new CsvReader(columns) : new JsonReader(columns);
  }

  /** Reads as an `OpenSource` does. */
  async read(from: number, count: number, fields: readonly number[]): Promise<Block | undefined> {
    const { name, index, leftOut } = this.#layout;
    const reader = this.#reader;
    const rowCount = index.end.row;
    if (from >= rowCount) return undefined;
    const { start, end } = index.around(from, count, READ);
    const last = this.#last;
    const mark = last.row <= from && last.row >= start.row && last.offset < end.offset ? last : start;
    await this.#bring(mark.offset, end.offset);
    const text = this.#text;
    const offset = this.#offset;

    const rows = Math.min(from + count, end.row) - from;
    reader.begin(fields, rows);
    let { row, line } = mark;
    let at = mark.offset - offset;
    let length = PIECE;
    while (row < from + rows) {
      const skipped = leftOut.next(offset + at);
      if (skipped?.start === offset + at) {
        at = skipped.end - offset;
        line++;
        continue;
      }
      const limit = Math.min(end.offset, skipped?.start ?? end.offset) - offset;
      const to = Math.min(at + length, limit);
      const isLast = end.offset === index.end.offset && to === end.offset - offset;
      const linesBefore = reader.lines;
      const found = placed(name, text, at, { row, line }, () => {
        const found = reader.find(text, at, to, isLast, from + rows - row);
        if (row + found > from) reader.add(text, Math.max(from - row, 0), found);
        return found;
      });
      if (reader.next === at && to === limit) throw changed(name);
      length = reader.next === at ? 2 * length : PIECE;
      row += found;
      line += reader.lines - linesBefore;
      at = reader.next;
      await eventLoopTurn();
    }
    this.#last = { row, offset: offset + at, line };
    return { rows, columns: reader.end(), isLast: from + rows === rowCount };
  }

  /** Makes a piece of text with these bytes the current one. */
  async #bring(start: number, end: number): Promise<void> {
    if (start >= this.#offset && end <= this.#offset + this.#text.length) return;
    const length = end - start;
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    // Where reading fails, there is no current piece.
    this.#text = this.#memory.subarray(0, 0);
    await this.#bytesAt(start, this.#memory.subarray(0, length));
    this.#text = this.#memory.subarray(0, length);
    this.#offset = start;
  }
}

/** To be thrown where a file is not what it was when it was opened. */
function changed(path: string): DataError {
  return new DataError(
    'expected the file as it was when opened, got other rows; leave it as it is while it is read',
    {
      file: path,
    },
  );
}
