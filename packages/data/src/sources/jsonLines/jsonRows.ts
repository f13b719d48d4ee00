import { isUtf8 } from 'node:buffer';
import { notUtf8 } from '../text/encoding.js';
import { RowError } from '../text/rowError.js';
import type { RowFinder } from '../text/rowFinder.js';
import { flatValues } from './flatValues.js';
import { parseExactly } from './parseExactly.js';

const LF = 0x0a;

/** Finds the lines that have a JSON object each. Those of spaces are passed over. */
export class JsonRows implements RowFinder {
  next = 0;
  lines = 0;
  /** Start and end of each line found last. */
  #places: number[] = [];

  find(bytes: Uint8Array, from: number, to: number, isLast: boolean, limit: number): number {
    const text = bytes.subarray(0, to);
    this.#places = [];
    this.next = from;
    while (this.next < to && this.#places.length < 2 * limit) {
      const start = this.next;
      let end = text.indexOf(LF, start);
      if (end < 0) {
        if (!isLast) break;
        end = to;
      }
      if (hasLetters(bytes, start, end)) this.#places.push(start, end);
      this.lines++;
      this.next = Math.min(end + 1, to);
    }
    const rows = this.#places.length / 2;
    if (!isUtf8(bytes.subarray(from, this.next))) {
      for (let row = 0; row < rows; row++) {
        const [start, end] = this.#place(row);
        if (!isUtf8(bytes.subarray(start, end))) throw notUtf8(start, row);
      }
    }
    return rows;
  }

  /**
   * The values of a row found last, by the names of their columns.
   *
   * @throws {RowError} when it is no JSON object.
   */
  values(bytes: Uint8Array, row: number): ReadonlyMap<string, unknown> {
    const [start, end] = this.#place(row);
    let value: unknown;
    try {
      value = parseExactly(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RowError(
        `expected one JSON object in each line, got an error: ${reason}; correct the line`,
        start,
        row,
      );
    }
    return flatValues(value, start, row);
  }

  /** Where a row found last starts. */
  start(row: number): number {
    return this.#place(row)[0];
  }

  #place(row: number): readonly [number, number] {
    return [this.#places[2 * row] as number, this.#places[2 * row + 1] as number];
  }
}

function hasLetters(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return true;
  }
  return false;
}
