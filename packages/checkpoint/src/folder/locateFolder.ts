import { readlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CheckpointError, OptionError } from '@fluxion/tensor';

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/**
 * Where a folder really is: its absolute path, with a link in its last part followed even when nothing is there. A
 * folder is replaced by renaming, which would put the new one in the link's place.
 *
 * @throws {OptionError} when it is no path; {CheckpointError} when the links lead round in a circle.
 */
export async function locateFolder(folder: string): Promise<string> {
  if (typeof folder !== 'string') {
    throw new OptionError(`folder: expected a path, got ${typeof folder}; give one, as 'runs/income'`);
  }
  let path = resolve(folder);
  for (let links = 0; links <= MAX_LINKS; links++) {
    // Reading fails on what is no link, and on what is not there.
    const link = await readlink(path).catch(() => undefined);
    if (link === undefined) return path;
    path = resolve(dirname(path), link);
  }
  throw new CheckpointError(`${folder}: expected a folder, got links in a circle; name another folder`);
}
