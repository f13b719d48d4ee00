import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** On Windows there is neither this flag nor what it guards against. */
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/**
 * Opens a regular file for reading. A folder, pipe or device is refused at once: to open a pipe as usual waits for
 * whoever writes to it, and a device may have no end.
 *
 * @throws {Error} of the system, or saying what it is.
 */
export async function openRegular(
  path: string,
): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error(`it is ${kindOf(status)}`);
    return { file, size: status.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a folder';
  return status.isFIFO() ? 'a pipe' : 'a device';
}
