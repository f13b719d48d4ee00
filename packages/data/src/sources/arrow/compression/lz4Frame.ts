import { eventLoopTurn } from '../../eventLoopTurn.js';
import { xxHash32 } from './xxHash32.js';

const MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x8000_0000;

/** No block of a frame holds more. */
const MAX_BLOCK = 2 ** 22;

/**
 * Decompresses one LZ4 frame of `size` bytes, and compares the checksums that it has of what is decompressed.
 *
 * @param needed how many of the bytes are wanted, from the first on: the blocks behind them are left alone
 * @throws {RangeError} when the frame is cut off, holds more or less than `size` bytes, or others than it was made of.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md
 */
export async function lz4Frame(frame: Uint8Array, size: number, needed: number = size): Promise<Uint8Array> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('no LZ4 frame');
  const flags = view.getUint8(4);
  const blockChecksum = (flags & 0x10) === 0 ? 0 : 4;
  const contentSize = (flags & 0x08) === 0 ? 0 : 8;
  const dictionaryId = (flags & 0x01) === 0 ? 0 : 4;

  const out = new Uint8Array(Math.min(size, needed + MAX_BLOCK));
  let written = 0;
  let at = 7 + contentSize + dictionaryId;
  while (needed === size || written < needed) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const length = header & ~UNCOMPRESSED;
    if (at + length > frame.length) throw new RangeError('an LZ4 block is cut off');
    const block = frame.subarray(at, at + length);
    if (blockChecksum > 0) expectHash(block, view, at + length, 'block');
    if ((header & UNCOMPRESSED) === 0) {
      written = decompressBlock(block, out.subarray(0, written + MAX_BLOCK), written);
    } else {
      if (written + length > out.length) throw new RangeError('an LZ4 block goes too far');
      out.set(block, written);
      written += length;
    }
    at += length + blockChecksum;
    await eventLoopTurn();
  }
  if (needed < size) return out.subarray(0, needed);
  if (written !== size) throw new RangeError(`an LZ4 frame of ${written} bytes where ${size} were announced`);
  if ((flags & 0x04) !== 0) expectHash(out, view, at, 'frame');
  return out;
}

/** @throws {RangeError} when bytes have another checksum than stands at a place of the frame. */
function expectHash(bytes: Uint8Array, frame: DataView, at: number, what: string): void {
  const [expected, found] = [frame.getUint32(at, true), xxHash32(bytes)];
  if (found !== expected) {
    throw new RangeError(
      `an LZ4 ${what} with the checksum ${found.toString(16)} where ${expected.toString(16)} was written`,
    );
  }
}

/** Decompresses a block after the bytes already written, which it may copy from. Returns where it ends. */
function decompressBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = 0;
  let to = start;

  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        if (at >= block.length) throw new RangeError('an LZ4 length is cut off');
        byte = block[at++] as number;
        length += byte;
      } while (byte === 255);
    }
    return length;
  };

  while (at < block.length) {
    const token = block[at++] as number;
    const literals = extended(token >>> 4);
    if (at + literals > block.length || to + literals > out.length)
      throw new RangeError('LZ4 literals go too far');
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence of a block has literals only.
    if (at === block.length) break;

    if (at + 2 > block.length) throw new RangeError('an LZ4 offset is cut off');
    const offset = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    const match = 4 + extended(token & 15);
    if (offset === 0 || offset > to || to + match > out.length)
      throw new RangeError('an LZ4 match goes too far');
    // A match may overlap what it writes, so it is copied byte by byte.
    for (let i = 0; i < match; i++) out[to + i] = out[to - offset + i] as number;
    to += match;
  }
  return to;
}
