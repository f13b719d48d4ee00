import { access, rename } from 'node:fs/promises';
import { locateFolder } from './locateFolder.js';

/** Where a folder waits while the one that replaces it takes its name. */
export function replacedFolder(path: string): string {
  return `${path}.tmp-old`;
}

/**
 * Undoes a replacement that a crash cut in two: where the old folder has been moved away and the new one has not taken
 * its place, the old one is put back. Deletes nothing, and does nothing where there is nothing to undo, so it is called
 * before every reading and writing.
 *
 * @returns where the folder really is
 */
export async function recoverFolder(folder: string): Promise<string> {
  const path = await locateFolder(folder);
  // Fails where no old folder waits, or the writer, still alive, has put the new one there in the meantime.
  if (!(await exists(path))) await rename(replacedFolder(path), path).catch(() => undefined);
  return path;
}

/** Whether something is at a path. What cannot be looked at counts as there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
