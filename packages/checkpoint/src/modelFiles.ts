import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { expectReplaceable } from './expectReplaceable.js';
import { locateFolder } from './locateFolder.js';
import { systemReason } from './systemReason.js';

/** The description of a model, in its folder. */
export const MODEL_FILE = 'model.json';

/** The parameters of a model, in its folder. */
export const WEIGHTS_FILE = 'weights.safetensors';

/** The tensors of an optimizer, in the folder of a model that was saved with one. */
export const OPTIMIZER_FILE = 'optimizer.safetensors';

/** All that a model's folder may hold; what is there is replaced. */
export const MODEL_FOLDER: readonly string[] = [MODEL_FILE, WEIGHTS_FILE, OPTIMIZER_FILE];

/** What the member "format" of a model.json says. */
export const FORMAT = 'fluxion-model';

/** The one version of model.json so far. */
export const VERSION = 1;

/**
 * Refuses a folder that `saveModel` and `saveTraining` would refuse: one that holds anything but a saved model, or stands
 * where nothing can be written. A missing or empty folder is fine; the folders above it are made. Asked before training, it
 * saves finding out afterwards.
 *
 * @throws {CheckpointError} naming what is in the way.
 */
export async function expectModelFolder(folder: string): Promise<void> {
  await expectReplaceable(folder, MODEL_FOLDER);
  const path = await locateFolder(folder);
  try {
    await mkdir(dirname(path), { recursive: true });
    await rmdir(await mkdtemp(`${path}.try-`));
  } catch (cause) {
    throw new CheckpointError(
      `${folder}: expected a place for a model, cannot write there (${systemReason(cause)}); name another folder`,
      { cause },
    );
  }
}
