import { stat } from 'node:fs/promises';

/**
 * Refuses to write over the data that is read.
 *
 * @throws {Error} when both paths lead to one file.
 */
export async function expectOther(out: string, data: string): Promise<void> {
  const [written, read] = await Promise.all([out, data].map((path) => stat(path).catch(() => undefined)));
  if (written !== undefined && written.ino === read?.ino && written.dev === read.dev) {
    throw new Error(`${out}: expected a file other than the data, got the data itself; name another file`);
  }
}
