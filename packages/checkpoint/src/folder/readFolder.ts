import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, versionOf } from '@fluxion/tensor';
import { exists, recoverFolder, replacedFolder } from './recoverFolder.js';

/** How often to begin again before giving up on a folder that never stays. */
const ATTEMPTS = 20;

/**
 * Reads a folder that `writeFolder` writes, perhaps at this moment: undoes a replacement that a crash cut in two, and
 * reads again when the folder has been replaced meanwhile, or one of its files written to, so that all are of one writing.
 *
 * @param read is given where the folder really is
 * @param names of the files that are read
 * @throws {CheckpointError} when the folder is replaced each time; whatever `read` throws.
 */
export async function readFolder<T>(
  folder: string,
  read: (path: string) => Promise<T>,
  names: readonly string[] = [],
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const named = await recoverFolder(folder);
    const path = await wholeFolder(named);
    const before = await identity(path, names);
    const [outcome] = await Promise.allSettled([read(path)]);
    if ((await identity(path, names)) !== before || (before === undefined && (await isThere(named))))
      continue;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }
  throw new CheckpointError(
    `${folder}: expected a folder that stays as it is while it is read, it was replaced ${ATTEMPTS} times; read it when its writer is done`,
  );
}

/** Where the folder is to be read: where the old one waits, if the disk takes no changes and it cannot be put back. */
async function wholeFolder(path: string): Promise<string> {
  const replaced = replacedFolder(path);
  return !(await exists(path)) && (await exists(replaced)) ? replaced : path;
}

/** What tells a folder, and what is in it, from what replaces it or is written into it; nothing where there is none. */
async function identity(path: string, names: readonly string[]): Promise<string | undefined> {
  const found = await statOf(path);
  if (found === undefined) return undefined;
  const files = await Promise.all(names.map((name) => statOf(join(path, name))));
  return [
    `${found.dev} ${found.ino} ${found.birthtimeNs}`,
    ...files.map((file) => file && versionOf(file)),
  ].join();
}

function statOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}

/** Whether a folder that was missing is being replaced, or has been since: until its name is taken, the old one waits. */
async function isThere(path: string): Promise<boolean> {
  const replaced = replacedFolder(path);
  // The old one may have been taken away, and the new one have become the old one, between two looks.
  return (await exists(replaced)) || (await exists(path)) || (await exists(replaced));
}
