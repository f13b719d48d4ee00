import { CompressionType, compressionRegistry, type Table, tableToIPC } from 'apache-arrow';
import { lz4Frame } from './lz4Frame.js';
import { zstdFrame } from './zstdFrame.js';

const codecs = {
  lz4: { type: CompressionType.LZ4_FRAME, pack: lz4Frame, magic: [0x04, 0x22, 0x4d, 0x18] },
  zstd: { type: CompressionType.ZSTD, pack: zstdFrame, magic: [0x28, 0xb5, 0x2f, 0xfd] },
};

/** An Arrow file whose buffers are compressed, where that makes them smaller. */
export function compressedFile(table: Table, codec: keyof typeof codecs): Uint8Array {
  const { type, pack, magic } = codecs[codec];
  const sizes: number[] = [];
  const encode = (bytes: Uint8Array): Uint8Array => {
    const packed = pack(bytes);
    if (packed.length < bytes.length) sizes.push(bytes.length);
    return packed;
  };
  compressionRegistry.set(type, { encode });
  const file = Buffer.from(tableToIPC(table, 'file', type));
  // The library writes the packed length where the format has the unpacked one.
  let at = 0;
  for (const size of sizes) {
    at = file.indexOf(Uint8Array.from(magic), at) + 1;
    file.writeBigInt64LE(BigInt(size), at - 9);
  }
  if (sizes.length === 0) throw new Error('expected buffers that can be packed, got none');
  return file;
}
