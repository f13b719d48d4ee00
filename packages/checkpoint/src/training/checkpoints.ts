import { readdir, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { systemReason } from '../folder/systemReason.js';
import { removeFolder, removeLeftovers } from '../folder/writeFolder.js';
import { MODEL_FOLDER } from '../model/modelFiles.js';

const NAME = /^step-\d+$/;
/** Digits enough for the largest whole number. */
const DIGITS = 16;

/** Where the checkpoint after so many updates lies: a folder as `saveTraining` writes it. */
export function checkpointFolder(directory: string, step: number): string {
  return join(directory, `step-${String(step).padStart(DIGITS, '0')}`);
}

/**
 * The checkpoints of a directory, newest first; none where there is no such directory.
 *
 * @throws {CheckpointError} when it cannot be read.
 */
export async function listCheckpoints(directory: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(directory)).filter((name) => NAME.test(name));
    return names
      .sort()
      .reverse()
      .map((name) => join(directory, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CheckpointError(
      `${directory}: expected a directory of checkpoints, could not read it (${systemReason(cause)}); name another directory`,
      { cause },
    );
  }
}

/**
 * Deletes all but the newest checkpoints of a directory, and one besides; what a process that was killed was writing goes too. One
 * that cannot be deleted stays.
 */
export async function pruneCheckpoints(directory: string, keep: number, besides?: string): Promise<void> {
  const checkpoints = await listCheckpoints(directory);
  for (const path of checkpoints.slice(keep)) {
    if (basename(path) !== besides) await removeFolder(path, MODEL_FOLDER);
  }
  if (checkpoints.length === 0) return;
  const isMeant = (name: string): boolean => NAME.test(name);
  await removeLeftovers(directory, MODEL_FOLDER, isMeant).catch(() => undefined);
}

/** Deletes a directory of checkpoints; if there is anything else in it, that stays. */
export async function removeCheckpoints(directory: string): Promise<void> {
  await pruneCheckpoints(directory, 0);
  await rmdir(directory).catch(() => undefined);
}
