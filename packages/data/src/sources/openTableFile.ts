import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '@fluxion/tensor';

/**
 * Opens the file of a table, whose rows are read in any order: a pipe or a device has to be copied first.
 *
 * @throws {Error} of the system, or saying what it is.
 */
export async function openTableFile(path: string): Promise<FileHandle> {
  const { file } = await openRegular(path, ', of which files() makes a copy');
  return file;
}
