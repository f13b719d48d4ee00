import { UnreadableError } from '../located.js';
import type { CodecName } from './arrowBatch.js';
import { safeInteger } from './flatTable.js';
import { lz4Frame } from './lz4Frame.js';
import { zstdFrame } from './zstdFrame.js';

/** No buffer of a body below 2 GiB is longer, once it is taken apart. */
const MAX_BUFFER = 2 ** 31 - 1;

/**
 * Decompresses one buffer of a body: eight bytes of its length, then the compressed bytes, or −1 and then the bytes as
 * they are.
 */
export async function decompress(codec: CodecName, buffer: Uint8Array): Promise<Uint8Array> {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const compressed = buffer.subarray(8);
  if (view.getBigInt64(0, true) === -1n) return compressed;
  const size = safeInteger(view, 0);
  if (size > MAX_BUFFER) {
    throw new UnreadableError(
      `expected buffers below 2 GiB, got ${size} bytes; write smaller record batches`,
    );
  }
  return codec === 'lz4' ? lz4Frame(compressed, size) : zstdFrame(compressed, size);
}
