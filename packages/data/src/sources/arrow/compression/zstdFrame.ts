import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { eventLoopTurn } from '../../eventLoopTurn.js';
import { zstdStream } from '../../zstdStream.js';

/** Node has it from 22.15 on. It works on a thread of its own. */
const zstdDecompress: typeof zlib.gunzip | undefined = Reflect.get(zlib, 'zstdDecompress');

/** Least that zlib takes as the size of a piece of its output. */
const MIN_PIECE = 64;

/**
 * Decompresses one zstd frame of `size` bytes.
 *
 * @param needed how many of the bytes are wanted, from the first on: no more are unpacked
 * @throws {RangeError} when the frame is damaged, or holds more or less than `size` bytes.
 */
export async function zstdFrame(frame: Uint8Array, size: number, needed: number = size): Promise<Uint8Array> {
  if (zstdDecompress === undefined || needed < size) return inSteps(frame, size, needed);
  const bytes = await promisify(zstdDecompress)(frame, {
    maxOutputLength: Math.max(size, 1),
    // All of it in one piece, which need not be joined to others, and which is not full.
    chunkSize: Math.max(size + 1, MIN_PIECE),
  });
  if (bytes.byteLength !== size) throw otherSize(bytes.byteLength, size);
  return bytes;
}

/** The same where Node has no zstd or not all is wanted, on this thread. */
async function inSteps(frame: Uint8Array, size: number, needed: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(needed);
  let end = 0;
  for await (const part of zstdStream([frame])) {
    if (end + part.length > needed) {
      if (needed === size) throw otherSize(end + part.length, size);
      bytes.set(part.subarray(0, needed - end), end);
      return bytes;
    }
    bytes.set(part, end);
    end += part.length;
    await eventLoopTurn();
  }
  if (end !== needed) throw otherSize(end, size);
  return bytes;
}

function otherSize(got: number, announced: number): RangeError {
  return new RangeError(`a zstd frame of ${got} bytes where ${announced} were announced`);
}
