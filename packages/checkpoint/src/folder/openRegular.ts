import { type BigIntStats, constants } from 'node:fs';
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
): Promise<{ readonly file: FileHandle; readonly size: number; readonly version: string }> {
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    const status = await file.stat({ bigint: true });
    if (!status.isFile()) throw new Error(`it is ${kindOf(status)}`);
    return { file, size: Number(status.size), version: versionOf(status) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Another text for each content of a file, unless somebody takes pains. */
export function versionOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(' ');
}

function kindOf(status: BigIntStats): string {
  if (status.isDirectory()) return 'a folder';
  return status.isFIFO() ? 'a pipe' : 'a device';
}
