import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { DataError } from '@fluxion/tensor';
import { zstdStream } from '../zstdStream.js';

/** Bytes of a piece, packed or unpacked. */
const PIECE = 2 ** 18;

/** Beyond so many bytes, no table of any use takes so small a share of them when it is packed. */
const LARGE = 2 ** 27;
const RATIO = 200;

/**
 * The content of a file compressed by gzip or zstd, as its first bytes tell, piece by piece; undefined for any other file.
 *
 * @throws {DataError} when its name says that it is compressed and it is not; by the generator, when it is damaged or cut off.
 */
export async function unpacked(
  path: string,
  file: FileHandle,
): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const { bytesRead, buffer: head } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (bytesRead >= 2 && head.readUint16BE(0) === 0x1f8b) {
    return named(path, 'gzip', sound(file, inflated(file, createGunzip({ chunkSize: PIECE }))));
  }
  if (bytesRead === 4 && head.readUint32LE(0) === 0xfd2fb528) {
    return named(path, 'zstd', sound(file, zstdStream(packedPieces(file))));
  }
  const [, extension] = /\.(gz|zst|zstd)$/i.exec(path) ?? [];
  if (extension === undefined) return undefined;
  throw new DataError(
    `expected ${extension.toLowerCase() === 'gz' ? 'gzip' : 'zstd'} data, as its name says, got other bytes; rename the file, or write it again`,
    { file: path },
  );
}

async function* named(
  path: string,
  codec: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `cannot unpack the file: expected whole ${codec} data, got an error: ${reason}; write it again`,
      { file: path },
      { cause },
    );
  }
}

/** @throws {RangeError} by the generator, of a file that is made to fill the disk. */
async function* sound(file: FileHandle, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > LARGE && length > RATIO * size) {
      throw new RangeError(
        `${size} bytes become more than ${RATIO} times as many; unpack it yourself if they are sound`,
      );
    }
    yield piece;
  }
}

async function* inflated(file: FileHandle, inflate: Gunzip): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  const input = file.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE });
  // An error of either is one of `inflate`, which the loop throws.
  pipeline(input, inflate, () => {});
  yield* inflate;
  // What follows the last member is passed over, which hides a damaged one. Some tools fill up with zeros.
  const rest = await file.read(Buffer.alloc(1), 0, 1, inflate.bytesWritten);
  if (inflate.bytesWritten < size && rest.buffer[0] !== 0) {
    throw new RangeError(`bytes ${inflate.bytesWritten} to ${size} are of no such data`);
  }
}

function* packedPieces({ fd }: FileHandle): Generator<Uint8Array> {
  const bytes = Buffer.alloc(PIECE);
  let position = 0;
  for (;;) {
    // The decoder takes its input without waiting for any.
    const count = readSync(fd, bytes, 0, PIECE, position);
    if (count === 0) return;
    position += count;
    yield bytes.subarray(0, count);
  }
}
