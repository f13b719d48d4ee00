import { describe, expect, it } from 'vitest';
import { lz4Frame } from './lz4Frame.js';
import { xxHash32 } from './xxHash32.js';

const magic = [0x04, 0x22, 0x4d, 0x18];

/** A frame without checksums, of blocks with their length before them. */
function frame(...blocks: number[][]): Uint8Array {
  const body = blocks.flatMap((block) => [block.length & 255, block.length >> 8, 0, 0, ...block]);
  return Uint8Array.from([...magic, 0x60, 0x40, 0, ...body, 0, 0, 0, 0]);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

const a = 0x61;

describe('lz4Frame', () => {
  it('copies literals, and matches that overlap what they write', async () => {
    // One literal, then ten bytes from one byte back; then two literals.
    expect(text(await lz4Frame(frame([0x16, a, 1, 0, 0x20, 0x62, 0x63]), 13))).toBe('aaaaaaaaaaabc');
  });

  it('reads lengths over several bytes', async () => {
    // 15 + 255 + 2 literals.
    const literals = Array.from({ length: 272 }, () => a);
    expect(text(await lz4Frame(frame([0xf0, 255, 2, ...literals]), 272))).toBe('a'.repeat(272));
  });

  it('lets a block copy from the one before', async () => {
    expect(text(await lz4Frame(frame([0x20, a, 0x62], [0x00, 2, 0, 0x10, 0x63]), 7))).toBe('abababc');
  });

  it('takes blocks that are not compressed and a content size, and compares the checksums there are', async () => {
    const flags = 0x40 | 0x10 | 0x08 | 0x04;
    const aaa = [a, a, a];
    const hash = [...new Uint8Array(Uint32Array.of(xxHash32(Uint8Array.from(aaa))).buffer)];
    const size = [3, 0, 0, 0, 0, 0, 0, 0];
    const bytes = [...magic, flags, 0x40, ...size, 0, 3, 0, 0, 0x80, ...aaa, ...hash, 0, 0, 0, 0, ...hash];
    expect(text(await lz4Frame(Uint8Array.from(bytes), 3))).toBe('aaa');
    for (const [wrong, what] of [
      [bytes.length - 1, 'an LZ4 frame with the checksum'],
      [bytes.length - 10, 'an LZ4 block with the checksum'],
      [bytes.length - 13, 'an LZ4 block with the checksum'],
    ] as const) {
      const damaged = Uint8Array.from(bytes);
      damaged[wrong] = (damaged[wrong] as number) ^ 1;
      await expect(lz4Frame(damaged, 3)).rejects.toThrow(what);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['other bytes', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 'no LZ4 frame'],
    ['a frame that is cut off', frame([0x10, a]).subarray(0, 12), 'an LZ4 block is cut off'],
    ['literals beyond the block', frame([0x40, a]), 'LZ4 literals go too far'],
    ['more than was announced', frame([0x60, a, a, a, a, a, a]), 'LZ4 literals go too far'],
    ['less than was announced', frame([0x20, a, a]), 'an LZ4 frame of 2 bytes where 5 were announced'],
    ['a match from before the start', frame([0x10, a, 2, 0]), 'an LZ4 match goes too far'],
    ['a match from nowhere', frame([0x10, a, 0, 0]), 'an LZ4 match goes too far'],
    ['a match beyond the end', frame([0x1f, a, 1, 0, 9]), 'an LZ4 match goes too far'],
    ['an offset that is cut off', frame([0x10, a, 1]), 'an LZ4 offset is cut off'],
    ['a length that is cut off', frame([0xf0, 255]), 'an LZ4 length is cut off'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(lz4Frame(bytes, 5)).rejects.toThrow(RangeError);
    await expect(lz4Frame(bytes, 5)).rejects.toThrow(message);
  });

  it('refuses a frame without an end', async () => {
    await expect(lz4Frame(frame([0x20, a, a]).subarray(0, 14), 2)).rejects.toThrow(RangeError);
  });
});
