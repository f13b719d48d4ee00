import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A grey picture as a PNG, not compressed, so that the same pixels give the same bytes whatever zlib is at hand.
 *
 * @param pixels row by row, 0 black to 255 white.
 * @see ISO/IEC 15948, "Portable Network Graphics", section 11.
 */
export function png(pixels: Uint8Array, width: number): Uint8Array {
  const height = pixels.length / width;
  const size = new DataView(new ArrayBuffer(13));
  size.setUint32(0, width);
  size.setUint32(4, height);
  size.setUint8(8, 8); // bits a pixel, grey: the rest of the header is 0
  const rows = new Uint8Array(height * (width + 1)); // each row after the 0 that says it is not filtered
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', new Uint8Array(size.buffer)),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), content.length + 8);
  return bytes;
}
