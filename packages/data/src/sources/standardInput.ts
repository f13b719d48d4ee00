import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import type { Source } from './source.js';
import { copyStream } from './text/temporaryFile.js';

/** The copy. It is kept open until the process ends, which removes it. */
let copy: Promise<FileHandle> | undefined;

/**
 * Standard input, copied to a temporary file before it is read, so that its rows can be read in any order and more than once.
 *
 * @param open makes a source of the file
 */
export function standardInput(open: (path: string) => Source): Source {
  const name = 'standard input';
  let source: Source | undefined;
  /** Runs code of the source, whose errors are to name standard input. */
  const renamed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(error.reason, { ...error.place, file: name }, { cause: error });
    }
  };
  return {
    name,
    open: (signal) =>
      renamed(async () => {
        copy ??= copyStream(process.stdin);
        source ??= open(`/dev/fd/${(await copy).fd}`);
        const opened = await source.open(signal);
        const { countRows, locate } = opened;
        return {
          schema: opened.schema,
          ...(countRows && { countRows: () => renamed(() => countRows.call(opened)) }),
          locate: (row) => ({ ...(locate?.call(opened, row) ?? { row }), file: name }),
          read: (from, count, fields) => renamed(() => opened.read(from, count, fields)),
          close: () => opened.close(),
        };
      }),
  };
}
