import * as zlib from 'node:zlib';
import { UnreadableError } from './located.js';

/** Node has it from 22.15 on. */
const zstdDecompressSync: typeof zlib.gunzipSync | undefined = Reflect.get(zlib, 'zstdDecompressSync');

/**
 * Decompresses one zstd frame into `size` bytes, where this version of Node can.
 *
 * @throws {UnreadableError} when it cannot.
 * @throws {RangeError} when the frame holds more or less than `size` bytes.
 */
export function zstdFrame(frame: Uint8Array, size: number): Uint8Array {
  if (zstdDecompressSync === undefined) {
    throw new UnreadableError(
      `expected lz4 compression or none, got zstd, which Node ${process.versions.node} cannot read; take Node 22.15 or newer, or write the data with compression='lz4' or 'uncompressed'`,
    );
  }
  const bytes = zstdDecompressSync(frame, { maxOutputLength: Math.max(size, 1) });
  if (bytes.byteLength !== size) {
    throw new RangeError(`a zstd frame of ${bytes.byteLength} bytes where ${size} were announced`);
  }
  return bytes;
}
