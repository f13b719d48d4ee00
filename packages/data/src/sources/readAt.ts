import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import { eventLoopTurned } from './eventLoopTurn.js';

/**
 * Reads exactly `length` bytes from a place in a file.
 *
 * @param bytes memory for so many, to be read into; by default memory of their own
 *
 * @throws {DataError} when the file ends before, or cannot be read.
 */
export async function readAt(
  handle: FileHandle,
  path: string,
  position: number,
  length: number,
  // Not zeros first: all of it is read into, or none of it is seen.
  bytes: Uint8Array = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer),
): Promise<Uint8Array> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle
      .read(bytes, done, length - done, position + done)
      .catch((cause: Error) => {
        throw new DataError(`cannot read the file: ${cause.message}; check it`, { file: path }, { cause });
      });
    eventLoopTurned();
    if (bytesRead === 0) {
      throw new DataError(
        `expected ${length} bytes from byte ${position} on, got ${done}: the file is cut off; write it again`,
        { file: path },
      );
    }
    done += bytesRead;
  }
  return bytes;
}
