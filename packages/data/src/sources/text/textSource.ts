import { availableParallelism } from 'node:os';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import type { NoticeOption } from '../noticeOption.js';
import type { OpenSource, Source } from '../source.js';
import { BadRows } from './badRows.js';
import { ParsingThread } from './parsingThread.js';
import { type ScannedText, scanText } from './scanText.js';
import { openText, type TextFile } from './textFile.js';
import type { TextFormat } from './textFormat.js';
import { TextRows } from './textRows.js';

/** From so many bytes on, a thread of its own parses the text: the thread takes some 0.1 s to start. */
const LARGE = 2 ** 24;

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
  const layout = { name: path, columns: table.layout, index, leftOut: bad.places };
  const rows = new TextRows(layout, file.at);
  const rowCount = index.end.row;
  let thread: ParsingThread | undefined;

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
      if (index.end.offset >= LARGE && availableParallelism() > 1) {
        thread ??= new ParsingThread(layout, table.schema, file.fd);
        const block = thread.isReady && from < rowCount ? await thread.read(from, count, fields) : undefined;
        if (block !== undefined) {
          await file.expectUnchanged();
          return block;
        }
      }
      return rows.read(from, count, fields);
    },
    close: async () => {
      await thread?.close();
      await file.close();
    },
  };
}
