import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import { CheckpointError } from '@fluxion/tensor';
import { systemReason } from '../folder/systemReason.js';
import type { JsonValue } from '../json/jsonValue.js';

/** The CRC-32 of bytes, in eight hexadecimal digits. */
export function checksum(chunks: Iterable<Uint8Array>): string {
  let sum = 0;
  for (const chunk of chunks) sum = crc32(chunk, sum);
  return sum.toString(16).padStart(8, '0');
}

/**
 * Refuses a file that is damaged, or of another saving than the JSON that tells its checksum. Null asks for no check.
 *
 * @throws {CheckpointError} naming the file and both checksums.
 */
export async function expectChecksum(path: string, expected: JsonValue): Promise<void> {
  if (expected.value === null) return;
  let sum = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum = crc32(chunk, sum);
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a safetensors file, could not read it (${systemReason(cause)}); put back the file that was saved with the model`,
      { cause },
    );
  }
  const found = sum.toString(16).padStart(8, '0');
  if (found !== expected.string()) {
    throw new CheckpointError(
      `${path}: expected the CRC-32 ${expected.value} that model.json tells, got ${found}; put back the file that was saved with it, or, if you changed it yourself, write null for its CRC-32`,
    );
  }
}
