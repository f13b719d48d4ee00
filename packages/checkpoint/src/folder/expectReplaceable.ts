import { readdir } from 'node:fs/promises';
import { CheckpointError } from '@fluxion/tensor';
import { locateFolder } from './locateFolder.js';
import { systemReason } from './systemReason.js';

/** What file managers leave in every folder that someone looks into. */
export const STRAYS: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/**
 * Refuses a folder whose replacement would delete anything but files of the given names. A missing or empty folder is
 * fine.
 *
 * @throws {CheckpointError} naming what is in the way.
 */
export async function expectReplaceable(folder: string, names: readonly string[]): Promise<void> {
  const path = await locateFolder(folder);
  let entries: Awaited<ReturnType<typeof list>>;
  try {
    entries = await list(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    const got = code === 'ENOTDIR' ? 'a file' : `one that cannot be read (${systemReason(cause)})`;
    throw new CheckpointError(`${path}: expected a folder to write to, got ${got}; name another folder`, {
      cause,
    });
  }
  const foreign = entries.find((entry) => !entry.isFile() || ![...names, ...STRAYS].includes(entry.name));
  if (foreign !== undefined) {
    throw new CheckpointError(
      `${path} is not a model folder: expected only ${names.join(', ')}, got '${foreign.name}'; name a new or empty folder`,
    );
  }
}

function list(path: string): Promise<import('node:fs').Dirent[]> {
  return readdir(path, { withFileTypes: true });
}
