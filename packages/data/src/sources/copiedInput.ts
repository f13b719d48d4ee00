import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DataError } from '@fluxion/tensor';
import type { Source } from './source.js';
import { copyStream } from './text/temporaryFile.js';

/** The copies, by names. They stay open until the process ends, which removes them: what was copied cannot be read again. */
const copies = new Map<string, Promise<FileHandle>>();

/**
 * What can be read only once, as standard input or a named pipe, copied to a temporary file before it is read, so that its rows
 * can be read in any order and more than once.
 *
 * @param name what error messages call it
 * @param input opens it, the first time
 * @param open makes a source of the copy
 */
export function copiedInput(name: string, input: () => Readable, open: (path: string) => Source): Source {
  let source: Source | undefined;
  /** Runs code of the source, whose errors are to have this name. */
  const renamed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(error.reason, { ...error.place, file: name }, { cause: error });
    }
  };
  const pathOf = async (signal?: AbortSignal): Promise<string> => {
    signal?.throwIfAborted();
    const copy = copies.get(name) ?? beginCopy(name, input(), signal);
    return `/dev/fd/${(await unlessAborted(copy, signal)).fd}`;
  };
  return {
    name,
    files: async () => [await pathOf()],
    open: (signal) =>
      renamed(async () => {
        source ??= open(await pathOf(signal));
        const opened = await source.open(signal);
        const { countRows, locate } = opened;
        return {
          schema: opened.schema,
          badRows: opened.badRows,
          ...(countRows && { countRows: () => renamed(() => countRows.call(opened)) }),
          locate: (row) => ({ ...(locate?.call(opened, row) ?? { row }), file: name }),
          read: (from, count, fields) => renamed(() => opened.read(from, count, fields)),
          close: () => opened.close(),
        };
      }),
  };
}

/** Begins a copy, which is kept unless it fails or is aborted. */
function beginCopy(name: string, stream: Readable, signal: AbortSignal | undefined): Promise<FileHandle> {
  const copy = copyOf(name, stream);
  copies.set(name, copy);
  // When it fails at last, the next one may have begun.
  const forget = (): void => {
    if (copies.get(name) === copy) copies.delete(name);
  };
  // What waits for a writer who may never come would keep the process from its end.
  const stop = (): void => {
    // All has been read, so that the copy will be there in a moment, and there is nothing else to read it from.
    if (stream.readableEnded) return;
    forget();
    stream.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  copy.then(() => signal?.removeEventListener('abort', stop), forget);
  return copy;
}

async function copyOf(name: string, input: Readable): Promise<FileHandle> {
  try {
    return await copyStream(input);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `cannot copy it to a temporary file: ${reason}; check it and the room there is`,
      { file: name },
      { cause },
    );
  }
}

/** What a promise gives, unless the signal aborts while it is waited for: nobody may ever write to a pipe. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}
