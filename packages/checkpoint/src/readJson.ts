import { readFile } from 'node:fs/promises';
import { CheckpointError } from '@fluxion/tensor';
import { decodeUtf8 } from './decodeUtf8.js';
import type { JsonValue } from './jsonValue.js';
import { parseJson } from './parseJson.js';
import { systemReason } from './systemReason.js';

/**
 * Reads a JSON file that comes from anywhere.
 *
 * @throws {CheckpointError} when it cannot be read or is not JSON.
 */
export async function readJson(path: string): Promise<JsonValue> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a JSON file, could not read it (${systemReason(cause)}); check the path`,
      { cause },
    );
  }
  return parseJson(decodeUtf8(bytes, path), path);
}
