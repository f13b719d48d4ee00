import { join } from 'node:path';
import type { Tensor } from '@fluxion/tensor';
import { exists } from '../folder/recoverFolder.js';
import { openSafetensors } from '../safetensors/openSafetensors.js';

/**
 * All tensors of a file in a model's folder, by name; none where there is no such file, for what has no tensors has none.
 *
 * @throws {CheckpointError} naming the file, when it cannot be read.
 */
export async function readTensors(folder: string, name: string): Promise<ReadonlyMap<string, Tensor>> {
  const path = join(folder, name);
  const tensors = new Map<string, Tensor>();
  if (!(await exists(path))) return tensors;
  const file = await openSafetensors(path);
  try {
    for (const each of file.entries.keys()) tensors.set(each, await file.read(each));
    return tensors;
  } finally {
    await file.close();
  }
}
