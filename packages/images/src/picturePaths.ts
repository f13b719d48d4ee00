import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { arrowTable, type Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { Dictionary, Int32, Table, Utf8, vectorFromArray } from 'apache-arrow';

const PICTURE = /\.(png|jpe?g|webp|gif)$/i;
/** 2 before 10. */
const natural = new Intl.Collator('en', { numeric: true });

/**
 * The pictures of a folder as a table of their paths: `image`, in the folder, and `class`, the name of the folder in it that a
 * picture is in, a gap where it is in none. Classes, and the pictures of each, come in natural order, 2 before 10. Of a class's
 * folder all folders below are looked through; names that start with `.` are passed over.
 *
 * @throws {DataError} by `open`, when there is no such folder or no picture in it.
 * @example
 * const pictures = images(picturePaths('flowers'), { folder: 'flowers', width: 32 });
 */
export function picturePaths(path: string): Source {
  return pathsWhere(path, () => true, 'pictures (png, jpg, webp, gif)');
}

/** Those that are in a folder of their class. */
export function classifiedPaths(path: string): Source {
  return pathsWhere(
    path,
    (name) => name.includes(sep),
    'a folder for each class with pictures in it (png, jpg, webp, gif)',
  );
}

function pathsWhere(path: string, takes: (name: string) => boolean, expected: string): Source {
  let listed: Promise<readonly string[]> | undefined;
  const list = (): Promise<readonly string[]> => {
    listed ??= listPictures(path, takes, expected);
    return listed;
  };
  return {
    name: path,
    files: async () => (await list()).map((image) => join(path, image)),
    async open(signal) {
      const names = await list();
      const table = new Table({
        image: vectorFromArray(names, new Utf8()),
        // A dictionary, which lists the classes.
        class: vectorFromArray(names.map(classOf), new Dictionary(new Utf8(), new Int32())),
      });
      return { ...arrowTable(table), name: path }.open(signal);
    },
  };
}

function classOf(name: string): string | null {
  return name.includes(sep) ? name.slice(0, name.indexOf(sep)) : null;
}

async function listPictures(
  path: string,
  takes: (name: string) => boolean,
  expected: string,
): Promise<readonly string[]> {
  const names = await readdir(path, { recursive: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot read the folder: ${reason}; check the path`, { file: path }, { cause });
  });
  const pictures = names
    .filter((name) => PICTURE.test(name) && !name.split(sep).some((part) => part.startsWith('.')))
    .filter(takes)
    .sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
  if (pictures.length > 0) return pictures;
  throw new DataError(`expected ${expected}, got none; name another folder`, { file: path });
}
