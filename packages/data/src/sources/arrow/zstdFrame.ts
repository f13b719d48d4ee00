import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { eventLoopTurn } from '../eventLoopTurn.js';
import { zstdStream } from '../zstdStream.js';

/** Node has it from 22.15 on. It works on a thread of its own. */
const zstdDecompress: typeof zlib.gunzip | undefined = Reflect.get(zlib, 'zstdDecompress');

/** Least that zlib takes as the size of a piece of its output. */
const MIN_PIECE = 64;

/**
 * Decompresses one zstd frame into `size` bytes.
 *
 * @throws {RangeError} when the frame is damaged, or holds more or less than `size` bytes.
 */
export async function zstdFrame(frame: Uint8Array, size: number): Promise<Uint8Array> {
  if (zstdDecompress === undefined) return inSteps(frame, size);
  const bytes = await promisify(zstdDecompress)(frame, {
    maxOutputLength: Math.max(size, 1),
    // All of it in one piece, which need not be joined to others, and which is not full.
    chunkSize: Math.max(size + 1, MIN_PIECE),
  });
  if (bytes.byteLength !== size) throw otherSize(bytes.byteLength, size);
  return bytes;
}

/** The same where Node has no zstd, on this thread. */
async function inSteps(frame: Uint8Array, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let end = 0;
  for await (const part of zstdStream([frame])) {
    if (end + part.length > size) throw otherSize(end + part.length, size);
    bytes.set(part, end);
    end += part.length;
    await eventLoopTurn();
  }
  if (end !== size) throw otherSize(end, size);
  return bytes;
}

function otherSize(got: number, announced: number): RangeError {
  return new RangeError(`a zstd frame of ${got} bytes where ${announced} were announced`);
}
