import { stat } from 'node:fs/promises';
import { OptionError } from '@fluxion/tensor';

/**
 * Refuses to write over the data that is read.
 *
 * @throws {OptionError} when both paths lead to one file.
 */
export async function expectOther(out: string, data: readonly string[]): Promise<void> {
  const [written, ...read] = await Promise.all(
    [out, ...data].map((path) => stat(path).catch(() => undefined)),
  );
  if (read.some((file) => file !== undefined && file.ino === written?.ino && file.dev === written.dev)) {
    throw new OptionError(
      `--out: expected a file other than the data, got '${out}', the data itself; name another file`,
    );
  }
}
