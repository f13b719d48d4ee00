import { access } from 'node:fs/promises';

/** Whether something is at a path. What cannot be looked at counts as there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
