import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Windows has no such flag, nor the pipes that it is for. */
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/**
 * Opens a file, and nothing else: to open a pipe as usual waits for whoever writes to it.
 *
 * @throws {Error} of the system, or saying what it is.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw new Error('it is a folder');
    if (!found.isFile())
      throw new Error('it is no file but a pipe or a device, which files() makes a copy of');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
