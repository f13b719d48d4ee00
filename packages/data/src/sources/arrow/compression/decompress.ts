import { UnreadableError } from '../../withPlace.js';
import type { CodecName } from '../batches/arrowBatch.js';
import { safeInteger } from '../metadata/flatTable.js';
import { lz4Frame } from './lz4Frame.js';
import { zstdFrame } from './zstdFrame.js';

/** No buffer of a body below 2 GiB is longer, once it is taken apart. */
const MAX_BUFFER = 2 ** 31 - 1;

/** Bytes beyond those that the rows need: padding. */
const PADDING = 64;

/** Beyond so many bytes, nothing that means anything takes a hundredth of them when it is packed. */
const LARGE = 2 ** 26;
const RATIO = 100;

/**
 * Decompresses one buffer of a body: eight bytes of its length, then the compressed bytes, or −1 and then the bytes as
 * they are.
 *
 * @param needed bytes that its rows need, which may be fewer than it holds: no others are unpacked
 * @throws {UnreadableError} or {RangeError} when it is damaged, or holds fewer.
 */
export async function decompress(
  codec: CodecName,
  buffer: Uint8Array,
  needed: number | undefined,
): Promise<Uint8Array> {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const compressed = buffer.subarray(8);
  if (view.getBigInt64(0, true) === -1n) return compressed;
  const size = safeInteger(view, 0);
  if (size > MAX_BUFFER) {
    throw new UnreadableError(
      `expected buffers below 2 GiB, got ${size} bytes; write smaller record batches`,
    );
  }
  const length = needed === undefined || size <= needed + PADDING ? size : needed;
  if (length > LARGE && length > RATIO * compressed.length) {
    throw new UnreadableError(
      `expected a buffer that packs to a ${RATIO}th of its bytes at least, got ${length} in ${compressed.length}; write smaller record batches`,
    );
  }
  return codec === 'lz4' ? lz4Frame(compressed, size, length) : zstdFrame(compressed, size, length);
}
