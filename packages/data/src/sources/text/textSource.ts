import { DataError } from '@fluxion/tensor';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import { eventLoopTurn } from '../eventLoopTurn.js';
import type { NoticeOption } from '../noticeOption.js';
import type { OpenSource, Source } from '../source.js';
import { BadRows } from './badRows.js';
import type { RowMark } from './rowIndex.js';
import { PIECE, placed, type ScannedText, scanText } from './scanText.js';
import { openText, type TextFile } from './textFile.js';
import type { TextFormat } from './textFormat.js';

/** Bytes that one read takes in, unless a row is longer: so many are still in the cache when they are parsed. */
const READ = 2 ** 20;

/** A file of rows of text as a source. What a look at the whole file has found is kept for when it is opened again. */
export function textSource(
  path: string,
  format: TextFormat,
  { notice, ...options }: BadRowOptions & NoticeOption,
): Source {
  const told = new Set<string>();
  const tell = (message: string): void => {
    if (!told.has(message)) notice?.(message);
    told.add(message);
  };
  // Refuses options that cannot be, before anything is read.
  new BadRows(path, options);
  let known: { readonly version: string; readonly scanned: ScannedText } | undefined;
  return {
    name: path,
    files: async () => [path],
    open: async (signal) => {
      const file = await openText(path, signal, tell);
      try {
        if (known?.version === file.version) {
          await file.skip();
        } else {
          const bad = new BadRows(path, options);
          try {
            const scanned = await scanText(path, format, (into) => file.next(into), bad);
            known = { version: file.version, scanned };
            const { changed } = scanned.table;
            if (changed !== undefined) tell(`${path}: ${changed}`);
          } finally {
            await bad.close();
          }
        }
        return openScanned(path, file, known.scanned, signal);
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  };
}

function openScanned(
  path: string,
  file: TextFile,
  { table, index, bad }: ScannedText,
  signal: AbortSignal | undefined,
): OpenSource {
  const reader = table.reader();
  const rowCount = index.end.row;
  /** Bytes of the current piece of text, and where they start. */
  let text: Uint8Array = new Uint8Array(0);
  let offset = 0;
  let memory: Uint8Array = new Uint8Array(0);
  /** Where the last read ended: the next one often starts there. */
  let last: RowMark = { row: 0, offset: Number.POSITIVE_INFINITY, line: 0 };

  return {
    schema: table.schema,
    badRows: bad.count,
    countRows: async () => rowCount,
    locate: (row) => {
      // Where no row takes more than one line, a row's line is known from any other's.
      const [first, end] = [index.around(0, 1, 0).start, index.end];
      const isLineEach = end.line - first.line === end.row + bad.count;
      const line = first.line + row + bad.countBefore(row) + 1;
      return { file: path, row, line: isLineEach ? line : undefined };
    },
    read: async (from, count, fields) => {
      signal?.throwIfAborted();
      if (from >= rowCount) return undefined;
      const { start, end } = index.around(from, count, READ);
      const mark = last.row <= from && last.row >= start.row && last.offset < end.offset ? last : start;
      if (mark.offset < offset || end.offset > offset + text.length) {
        const length = end.offset - mark.offset;
        if (memory.length < length) memory = new Uint8Array(length);
        // Where reading fails, there is no current piece.
        text = memory.subarray(0, 0);
        await file.at(mark.offset, memory.subarray(0, length));
        text = memory.subarray(0, length);
        offset = mark.offset;
      }

      const rows = Math.min(from + count, end.row) - from;
      reader.begin(fields, rows);
      let { row, line } = mark;
      let at = mark.offset - offset;
      let length = PIECE;
      while (row < from + rows) {
        const skipped = bad.next(offset + at);
        if (skipped?.start === offset + at) {
          at = skipped.end - offset;
          line++;
          continue;
        }
        const limit = Math.min(end.offset, skipped?.start ?? end.offset) - offset;
        const to = Math.min(at + length, limit);
        const linesBefore = reader.lines;
        const found = placed(path, text, at, { row, line }, () => {
          const found = reader.find(
            text,
            at,
            to,
            end.offset === index.end.offset && to === end.offset - offset,
            from + rows - row,
          );
          if (row + found > from) reader.add(text, Math.max(from - row, 0), found);
          return found;
        });
        if (reader.next === at && to === limit) throw changed(path);
        length = reader.next === at ? 2 * length : PIECE;
        row += found;
        line += reader.lines - linesBefore;
        at = reader.next;
        await eventLoopTurn();
      }
      last = { row, offset: offset + at, line };
      return { rows, columns: reader.end(), isLast: from + rows === rowCount };
    },
    close: () => file.close(),
  };
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
