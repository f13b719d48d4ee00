import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../test/fixture.js';
import { decompress } from './decompress.js';
import { lz4Frame } from './lz4Frame.js';
import { zstdFrame } from './zstdFrame.js';

/** A frame of `size` zeros in blocks of 4 MiB: a zero, and a match that goes on and on. */
function zeros(size: number): Uint8Array {
  const parts = [Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x70, 0])];
  for (let left = size; left > 0; left -= 2 ** 22) {
    const length = Math.min(left, 2 ** 22);
    const matched = length - 1 - 4 - 15 - 5;
    const sequence = [
      0x1f,
      0,
      1,
      0,
      ...new Array<number>(Math.floor(matched / 255)).fill(255),
      matched % 255,
    ];
    const block = Buffer.from([...sequence, 0x50, 0, 0, 0, 0, 0]);
    const header = Buffer.alloc(4);
    header.writeUInt32LE(block.length);
    parts.push(header, block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

function buffer(size: bigint, frame: Uint8Array): Buffer {
  const announced = Buffer.alloc(8);
  announced.writeBigInt64LE(size);
  return Buffer.concat([announced, frame]);
}

describe('decompress', () => {
  it('unpacks no more than is needed', async () => {
    const size = 2 ** 26;
    const bytes = await decompress('lz4', buffer(BigInt(size), zeros(size)), 1000);
    expect(bytes).toEqual(new Uint8Array(1000));
    // Little more memory is taken than for one block.
    expect(bytes.buffer.byteLength).toBeLessThan(2 ** 23);
    expect(await lz4Frame(zeros(2 ** 23), 2 ** 23)).toHaveLength(2 ** 23);

    const packed = await readFile(fixture('table.csv.zst'));
    const text = await zstdFrame(packed, 1_000_000_000, 20);
    expect(text).toHaveLength(20);
    expect(Buffer.from(text).toString()).toMatch(/^[\w,]+/);
  });

  it('refuses what packs to next to nothing, before memory is taken', async () => {
    for (const codec of ['lz4', 'zstd'] as const) {
      await expect(decompress(codec, buffer(2n ** 30n, Buffer.alloc(1000)), undefined)).rejects.toThrow(
        'expected a buffer that packs to a 100th of its bytes at least, got 1073741824 in 1000; write smaller record batches',
      );
    }
  });

  it('refuses a block that holds more than blocks may', async () => {
    const frame = Buffer.from(zeros(2 ** 22));
    // The match of the first block is made longer by 255.
    const longer = Buffer.concat([frame.subarray(0, 15), Buffer.of(255), frame.subarray(15)]);
    longer.writeUInt32LE(frame.readUInt32LE(7) + 1, 7);
    await expect(lz4Frame(longer, 2 ** 22 + 255)).rejects.toThrow('an LZ4 match goes too far');
  });
});
