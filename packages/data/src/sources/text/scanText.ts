import { DataError, type DataPlace } from '@fluxion/tensor';
import { eventLoopTurn } from '../eventLoopTurn.js';
import { RowError } from './rowError.js';
import { RowIndex } from './rowIndex.js';
import type { TextFormat, TextScan, TextTable } from './textFormat.js';

/** Bytes that are looked at in one go, and so the distance of the rows whose places are kept. */
export const PIECE: number = 2 ** 16;

/** Bytes that are read in one go. */
const READ = 2 ** 20;

/** Longest row. What is longer has lost an end of line or a quote. */
const MAX_ROW = 2 ** 24;

/** What one look at a whole text has found. */
export interface ScannedText {
  readonly table: TextTable;
  readonly index: RowIndex;
}

/**
 * Looks at a text once from its first to its last byte: finds its columns and the places of its rows, and checks each.
 *
 * @param next reads the next bytes; 0 at the end
 */
export async function scanText(
  name: string,
  format: TextFormat,
  next: (into: Uint8Array) => Promise<number>,
): Promise<ScannedText> {
  let text = new Uint8Array(READ);
  /** Bytes of the text before those at hand. */
  let passed = 0;
  let [at, end] = [0, 0];
  let isWhole = false;

  /** Reads on, at least as much as is not looked at yet, so that a long row is not looked at often. */
  const readOn = async (row: number, line: number): Promise<void> => {
    if (end - at > MAX_ROW) {
      throw new DataError(
        `expected rows of at most ${MAX_ROW / 2 ** 20} MiB, got a longer one; look for a quote that is not closed, or take another format`,
        { file: name, line, row },
      );
    }
    const old = text;
    if (end - at > text.length / 2) text = new Uint8Array(2 * text.length);
    text.set(old.subarray(at, end));
    passed += at;
    end -= at;
    at = 0;
    const room = Math.min(text.length, MAX_ROW + 1);
    while (!isWhole && end < room) {
      const got = await next(text.subarray(end, room));
      isWhole = got === 0;
      end += got;
    }
  };

  let scan: TextScan | undefined;
  while (scan === undefined) {
    await readOn(0, 1);
    scan = placed(name, text, 0, { row: 0, line: 0 }, () => format.begin(text.subarray(0, end), isWhole));
  }

  const { finder, lines } = scan;
  const index = new RowIndex();
  let row = 0;
  let length = PIECE;
  at = scan.start;
  for (;;) {
    const line = lines + finder.lines;
    const mark = { row, offset: passed + at, line };
    const to = Math.min(at + length, end);
    const isLast = isWhole && to === end;
    const rows = placed(name, text, at, mark, () => {
      const rows = finder.find(text, at, to, isLast, Number.POSITIVE_INFINITY);
      scan.take(text, rows);
      return rows;
    });
    if (finder.next > at) {
      index.add(mark);
      row += rows;
      at = finder.next;
      length = PIECE;
    } else if (isLast) {
      index.add(mark);
      return { table: scan.table(), index };
    } else if (to < end) {
      length *= 2;
    } else {
      await readOn(row, line + 1);
    }
    await eventLoopTurn();
  }
}

/**
 * Runs code that looks at rows: a RowError becomes a DataError of its place.
 *
 * @param from where the text starts that `mark` tells the place of
 */
export function placed<T>(
  file: string,
  bytes: Uint8Array,
  from: number,
  mark: { readonly row: number; readonly line: number },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    let line = mark.line + 1;
    for (let at = from; at < error.position; at++) if (bytes[at] === 0x0a) line++;
    const place: DataPlace = { file, line, row: mark.row + error.row, column: error.column };
    throw new DataError(error.message, place, { cause: error });
  }
}
