import { DataError, type DataPlace } from '@fluxion/tensor';
import { eventLoopTurn } from '../eventLoopTurn.js';
import type { BadRows } from './badRows.js';
import { RowError } from './rowError.js';
import { RowIndex } from './rowIndex.js';
import type { TextFormat, TextScan, TextTable } from './textFormat.js';

/**
 * Bytes that are looked at in one go, and so the distance of the rows whose places are kept. A run of rows of a shuffled table is read
 * from one such place to another, so that longer pieces would have much read that is not of it; of narrow rows, so have these.
 */
export const PIECE: number = 2 ** 14;
const SHORT_PIECE = 2 ** 12;
/** Rows of a shorter piece. */
const PIECE_ROWS = 2 ** 8;

/** Bytes that are read in one go. */
const READ = 2 ** 20;

/** Longest row. What is longer has lost an end of line or a quote. */
const MAX_ROW = 2 ** 24;

const TOO_LONG = `expected rows of at most ${MAX_ROW / 2 ** 20} MiB, got a longer one; look for a quote that is not closed, or take another format`;

/** What one look at a whole text has found. */
export interface ScannedText {
  readonly table: TextTable;
  readonly index: RowIndex;
  readonly bad: BadRows;
}

const LF = 0x0a;

/**
 * Looks at a text once from its first to its last byte: finds its columns and the places of its rows, and checks each.
 *
 * @param next reads the next bytes; 0 at the end
 * @param bad takes the rows that are left out
 */
export async function scanText(
  name: string,
  format: TextFormat,
  next: (into: Uint8Array) => Promise<number>,
  bad: BadRows,
): Promise<ScannedText> {
  let text = new Uint8Array(READ);
  /** Bytes of the text before the current ones. */
  let passed = 0;
  let [at, end] = [0, 0];
  let isWhole = false;

  /** Reads on, at least as much as is not looked at yet, so that a long row is not looked at often. */
  const readOn = async (row: number, line: number): Promise<void> => {
    if (end - at > MAX_ROW) {
      throw new DataError(TOO_LONG, { file: name, line, row });
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

  /** Leaves out the line that starts at the current place. */
  const leaveOut = async (error: RowError, row: number, line: number): Promise<void> => {
    let last = text.subarray(0, end).indexOf(LF, at);
    while (last < 0 && !isWhole) {
      await readOn(row, line);
      last = text.subarray(0, end).indexOf(LF, at);
    }
    const after = last < 0 ? end : last + 1;
    const place = { start: passed + at, end: passed + after, before: row };
    await bad.add(text.subarray(at, last < 0 ? end : last), place, line, error);
    at = after;
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
    const from = at;
    const line = lines + finder.lines;
    const mark = { row, offset: passed + at, line };
    const to = Math.min(at + length, end);
    const isLast = isWhole && to === end;
    const { rows, error } = placed(name, text, at, mark, () =>
      goodRows(scan, text, at, to, isLast, bad.areLeftOut),
    );
    if (finder.next > at) {
      index.add(mark);
      row += rows;
      at = finder.next;
      const fitting = (PIECE_ROWS * (at - from)) / rows;
      length = Math.ceil(Math.min(Math.max(fitting, SHORT_PIECE), PIECE));
    }
    if (error !== undefined) {
      await leaveOut(error, row, lines + finder.lines + 1);
      finder.lines++;
      length = PIECE;
    } else if (at === from) {
      if (isLast) {
        index.add(mark);
        await bad.end(row);
        return { table: scan.table(), index, bad };
      }
      if (to < end) {
        length *= 2;
      } else if (bad.areLeftOut && end - at > MAX_ROW) {
        await leaveOut(new RowError(TOO_LONG, at, 0), row, line + 1);
        finder.lines++;
        length = PIECE;
      } else {
        await readOn(row, line + 1);
      }
    }
    await eventLoopTurn();
  }
}

/**
 * Finds rows and has them taken in.
 *
 * @param upToBad whether only those before a bad one are taken in, and `error` says what is wrong with it
 */
function goodRows(
  { finder, take }: TextScan,
  text: Uint8Array,
  from: number,
  to: number,
  isLast: boolean,
  upToBad: boolean,
): { readonly rows: number; readonly error?: RowError } {
  const { lines } = finder;
  let limit = Number.POSITIVE_INFINITY;
  let error: RowError | undefined;
  for (;;) {
    try {
      const rows = finder.find(text, from, to, isLast, limit);
      take(text, rows);
      return error === undefined ? { rows } : { rows, error };
    } catch (caught) {
      if (!upToBad || !(caught instanceof RowError)) throw caught;
      error = caught;
      limit = caught.row;
      finder.lines = lines;
    }
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
