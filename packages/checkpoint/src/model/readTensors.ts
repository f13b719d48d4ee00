import { join } from 'node:path';
import type { Tensor } from '@fluxion/tensor';
import type { JsonValue } from '../json/jsonValue.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/openSafetensors.js';
import { expectChecksum } from './checksum.js';

/**
 * Opens a file of tensors that belongs to a model, when it is as it was saved.
 *
 * @param checksums of model.json, by file; undefined where it has none
 * @throws {CheckpointError} naming the file.
 */
export async function openTensors(
  folder: string,
  name: string,
  checksums: JsonValue | undefined,
): Promise<SafetensorsFile> {
  const path = join(folder, name);
  const file = await openSafetensors(path);
  try {
    if (checksums !== undefined) await expectChecksum(path, checksums.field(name));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** All tensors of such a file, by name. */
export async function readTensors(
  ...args: Parameters<typeof openTensors>
): Promise<ReadonlyMap<string, Tensor>> {
  const file = await openTensors(...args);
  try {
    const tensors = new Map<string, Tensor>();
    for (const name of file.entries.keys()) tensors.set(name, await file.read(name));
    return tensors;
  } finally {
    await file.close();
  }
}
