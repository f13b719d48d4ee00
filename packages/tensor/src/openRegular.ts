import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** On Windows there is neither this flag nor what it guards against. */
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/** A file that is open for reading. */
export interface RegularFile {
  readonly file: FileHandle;
  readonly size: number;
  /** What `versionOf` tells of it. */
  readonly version: string;
}

/**
 * Opens a regular file for reading. A folder, pipe or device is refused at once: to open a pipe as usual waits for whoever writes to
 * it, and a device may have no end.
 *
 * @param instead what an error says of a pipe or device
 * @throws {Error} of the system, or saying what it is: whoever calls says what the file is for.
 * @example
 * const { file, size } = await openRegular('weights.bin');
 */
export async function openRegular(path: string, instead = ''): Promise<RegularFile> {
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    const status = await file.stat({ bigint: true });
    if (status.isDirectory()) throw new Error('it is a folder');
    if (!status.isFile()) throw new Error(`it is a ${status.isFIFO() ? 'pipe' : 'device'}${instead}`);
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
