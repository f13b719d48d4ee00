import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { expectReplaceable } from '../folder/expectReplaceable.js';
import { locateFolder } from '../folder/locateFolder.js';
import { systemReason } from '../folder/systemReason.js';

/** The description of a model, in its folder. */
export const MODEL_FILE = 'model.json';

/** The parameters of a model, and the states of its boxes. */
export const WEIGHTS_FILE = 'weights.safetensors';

/** The tensors of a model's encoder, where it has one. */
export const ENCODER_FILE = 'encoder.safetensors';

/** The tensors of whatever else training goes on from, where there are any. */
export const TRAINING_FILE = 'training.safetensors';

/** The tensors of an optimizer, in a folder that version 0.1.0 wrote. */
export const OPTIMIZER_FILE = 'optimizer.safetensors';

/** Tells the SHA-256 of each other file of the folder. It is written last. */
export const MANIFEST_FILE = 'manifest.json';

/** All that a model's folder may hold; what is there is replaced. */
export const MODEL_FOLDER: readonly string[] = [
  MODEL_FILE,
  WEIGHTS_FILE,
  ENCODER_FILE,
  TRAINING_FILE,
  OPTIMIZER_FILE,
  MANIFEST_FILE,
];

/** What the member "format" of a model.json says. */
export const FORMAT = 'fluxion-model';

/** The version of model.json that is written; 1, of fluxion 0.1.0, is read too. */
export const VERSION = 2;

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
