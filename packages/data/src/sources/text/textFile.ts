import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import { eventLoopTurned } from '../eventLoopTurn.js';
import { expectVersion, fileVersion } from '../fileVersion.js';
import { openTableFile } from '../openTableFile.js';
import { readAt } from '../readAt.js';
import { temporaryFile } from './temporaryFile.js';
import { unpacked } from './unpacked.js';

/** A file of text, unpacked where it is compressed. It is first read through, by `next` or `skip`, then anywhere. */
export interface TextFile {
  /** Another one for each content, unless somebody takes pains. */
  readonly version: string;
  /** The number by which the operating system knows the text, in every thread. */
  readonly fd: number;
  /** Reads the next bytes; returns how many, 0 at the end. */
  next(into: Uint8Array): Promise<number>;
  /** Passes over all that `next` has not read. */
  skip(): Promise<void>;
  /** Reads the bytes from a place on. */
  at(position: number, into: Uint8Array): Promise<void>;
  /** @throws {DataError} when the file has been written to since it was opened. */
  expectUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file of text. One compressed by gzip or zstd is unpacked into a temporary file as it is read through.
 *
 * @param notice is told where that is so
 * @throws {DataError} when there is no such file, or it is damaged or changed while it is read.
 */
export async function openText(
  path: string,
  signal: AbortSignal | undefined,
  notice?: ((message: string) => void) | undefined,
): Promise<TextFile> {
  signal?.throwIfAborted();
  const file = await withPath(path, 'open', () => openTableFile(path));
  try {
    const version = await withPath(path, 'read', () => fileVersion(file));
    const pieces = await unpacked(path, file);
    if (pieces === undefined) return plain(path, file, version, signal);
    notice?.(
      `${path}: it is unpacked to a temporary file each time it is opened, so that its rows can be read in any order; unpack it to save this`,
    );
    return await packed(path, file, version, pieces, signal);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function plain(path: string, file: FileHandle, version: string, signal: AbortSignal | undefined): TextFile {
  let position = 0;
  const expectUnchanged = (): Promise<void> =>
    withPath(path, 'read', () => expectVersion(file, path, version));
  return {
    version,
    fd: file.fd,
    next: async (into) => {
      signal?.throwIfAborted();
      const { bytesRead } = await withPath(path, 'read', () => file.read(into, 0, into.length, position));
      eventLoopTurned();
      position += bytesRead;
      return bytesRead;
    },
    skip: async () => {},
    at: async (from, into) => {
      await readAt(file, path, from, into.length, into);
      await expectUnchanged();
    },
    expectUnchanged,
    close: () => file.close(),
  };
}

async function packed(
  path: string,
  file: FileHandle,
  version: string,
  pieces: AsyncGenerator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<TextFile> {
  const text = await withPath(path, 'unpack', temporaryFile);
  let piece: Uint8Array = new Uint8Array(0);
  const pull = async (): Promise<boolean> => {
    signal?.throwIfAborted();
    const { value, done } = await pieces.next();
    eventLoopTurned();
    if (done === true) return false;
    await withPath(path, 'unpack', () => text.appendFile(value));
    piece = value;
    return true;
  };
  return {
    version,
    fd: text.fd,
    next: async (into) => {
      while (piece.length === 0) if (!(await pull())) return 0;
      const part = piece.subarray(0, into.length);
      into.set(part);
      piece = piece.subarray(part.length);
      return part.length;
    },
    skip: async () => {
      while (await pull());
    },
    at: async (from, into) => {
      await readAt(text, path, from, into.length, into);
    },
    expectUnchanged: async () => {},
    close: async () => {
      await pieces.return(undefined);
      await Promise.all([text.close(), file.close()]);
    },
  };
}

/** Runs file operations: what fails is a DataError with the file's name. */
async function withPath<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DataError || (cause instanceof Error && cause.name === 'AbortError')) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `cannot ${what} the file: ${reason}; check it and its path`,
      { file: path },
      { cause },
    );
  }
}
