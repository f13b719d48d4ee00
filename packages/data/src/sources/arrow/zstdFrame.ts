import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { UnreadableError } from '../located.js';

/** Node has it from 22.15 on. It works on a thread of its own. */
const zstdDecompress: typeof zlib.gunzip | undefined = Reflect.get(zlib, 'zstdDecompress');

/** Least that zlib takes as the size of a piece of its output. */
const MIN_PIECE = 64;

/**
 * Decompresses one zstd frame into `size` bytes, where this version of Node can.
 *
 * @throws {UnreadableError} when it cannot.
 * @throws {RangeError} when the frame holds more or less than `size` bytes.
 */
export async function zstdFrame(frame: Uint8Array, size: number): Promise<Uint8Array> {
  if (zstdDecompress === undefined) {
    throw new UnreadableError(
      `expected lz4 compression or none, got zstd, which Node ${process.versions.node} cannot read; take Node 22.15 or newer, or write the data with compression='lz4' or 'uncompressed'`,
    );
  }
  const bytes = await promisify(zstdDecompress)(frame, {
    maxOutputLength: Math.max(size, 1),
    // All of it in one piece, which need not be joined to others, and which is not full.
    chunkSize: Math.max(size + 1, MIN_PIECE),
  });
  if (bytes.byteLength !== size) {
    throw new RangeError(`a zstd frame of ${bytes.byteLength} bytes where ${size} were announced`);
  }
  return bytes;
}
