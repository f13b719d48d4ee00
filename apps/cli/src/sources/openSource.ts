import { arrowFile, type Source } from '@fluxion/data';
import { OptionError } from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';

/**
 * The rows that the command line names: the one place where a path becomes a source.
 *
 * @throws {OptionError} when there are several files.
 */
export function openSource(paths: readonly string[]): Source {
  const [path, ...more] = paths as [string, ...string[]];
  if (more.length > 0) {
    throw new OptionError(
      `data: expected one file, got ${paths.length}: ${paths.join(', ')}; join them first`,
    );
  }
  return arrowFile(path);
}

/** The columns of a source. */
export async function readSchema(source: Source, signal?: AbortSignal): Promise<Schema> {
  const open = await source.open(signal);
  await open.close();
  return open.schema;
}
