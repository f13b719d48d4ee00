import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../repository/files.js';

/** A new folder for programs that import the packages as they are built. */
export async function newSandbox(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-docs-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'test/node_modules'), join(folder, 'node_modules'));
  return folder;
}
