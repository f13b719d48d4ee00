import { CheckpointError, openRegular } from '@fluxion/tensor';
import { systemReason } from '../folder/systemReason.js';
import { decodeUtf8 } from './decodeUtf8.js';
import type { JsonValue } from './jsonValue.js';
import { parseJson } from './parseJson.js';

/** More than any model needs. */
const MAX_BYTES = 100_000_000;

/**
 * Reads a JSON file that comes from anywhere.
 *
 * @throws {CheckpointError} when it cannot be read, is no regular file or larger than 100 MB, or is not JSON.
 */
export async function readJson(path: string): Promise<JsonValue> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegular(path);
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a JSON file, could not read it (${systemReason(cause)}); check the path`,
      { cause },
    );
  }
  return parseJson(decodeUtf8(bytes, path), path);
}

async function readRegular(path: string): Promise<Uint8Array> {
  const { file, size } = await openRegular(path);
  try {
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_BYTES}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
