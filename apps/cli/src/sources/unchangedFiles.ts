import { stat } from 'node:fs/promises';
import type { Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';

/**
 * A source whose files are the same each time that it is opened: a command opens its table several times, and what it learns of one
 * file does not go with another.
 *
 * @throws {DataError} by `open`, when one of them has been replaced or written to since the first time.
 */
export function unchangedFiles(source: Source): Source {
  let known: ReadonlyMap<string, string> | undefined;
  return {
    ...source,
    async open(signal) {
      const open = await source.open(signal);
      try {
        const found = await versionsOf(source);
        const changed = [...(known ?? found)].find(([path, version]) => found.get(path) !== version);
        if (changed !== undefined || (known ?? found).size !== found.size) {
          throw new DataError(
            'expected the file as it was when the command began, got another; leave the data alone meanwhile, and begin again',
            { file: changed?.[0] ?? source.name },
          );
        }
        known = found;
        return open;
      } catch (error) {
        await open.close();
        throw error;
      }
    },
  };
}

async function versionsOf(source: Source): Promise<ReadonlyMap<string, string>> {
  const paths = (await source.files?.()) ?? [];
  const versions = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      return found === undefined ? 'missing' : [found.dev, found.ino, found.size, found.mtimeNs].join(' ');
    }),
  );
  return new Map(paths.map((path, i) => [path, versions[i] as string]));
}
