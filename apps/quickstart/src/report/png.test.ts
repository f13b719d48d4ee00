import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { png } from './png.js';

describe('png', () => {
  const file = Buffer.from(png(Uint8Array.of(0, 50, 100, 150, 200, 255), 3));

  it('starts with the signature and the size', () => {
    expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(file.toString('latin1', 12, 16)).toBe('IHDR');
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([3, 2]);
  });

  it('holds the pixels, row by row', () => {
    const length = file.readUInt32BE(33);
    expect(file.toString('latin1', 37, 41)).toBe('IDAT');
    expect([...inflateSync(file.subarray(41, 41 + length))]).toEqual([0, 0, 50, 100, 0, 150, 200, 255]);
  });

  it('has the right checksum on every chunk, the last of them IEND', () => {
    const types: string[] = [];
    for (let at = 8; at < file.length; ) {
      const length = file.readUInt32BE(at);
      types.push(file.toString('latin1', at + 4, at + 8));
      expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(file.subarray(at + 4, at + 8 + length)));
      at += 12 + length;
    }
    expect(types).toEqual(['IHDR', 'IDAT', 'IEND']);
  });
});
