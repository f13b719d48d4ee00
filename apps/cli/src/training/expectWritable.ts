import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes sure that a folder can be made at this path, before hours are spent on what is to go there. Makes the folders
 * above it.
 *
 * @throws {Error} naming the path.
 */
export async function expectWritable(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await rmdir(await mkdtemp(`${folder}.try-`));
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(
      `${folder}: expected a place for a model, cannot write there (${message}); name another folder`,
      {
        cause,
      },
    );
  }
}
