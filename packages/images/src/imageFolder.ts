import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { arrowTable, type Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { Table, Utf8, vectorFromArray } from 'apache-arrow';
import { type ImageOptions, images, pictureSize } from './images.js';

const PICTURE = /\.(png|jpe?g|webp|gif)$/i;
/** 2 before 10. */
const natural = new Intl.Collator('en', { numeric: true });

/**
 * A folder of pictures, a folder in it for each class: the columns `image`, [height · width · channels] bytes, and `class`, the
 * name of the folder that a picture is in. Classes, and the pictures of each, come in natural order, 2 before 10. Of a class's
 * folder all folders below are looked through; names that start with `.` are passed over.
 *
 * @throws {OptionError} when an option has a value that cannot be used; by `open`, when sharp is not installed; {DataError} by
 *   `open`, when there is no such folder or no picture in it, and by `read`, with file and row, when a picture is damaged.
 * @example
 * const flowers = imageFolder('flowers', { width: 32 });
 * examples(flowers, { input: 'image', target: 'class', epochs: 10, shuffle: true });
 */
export function imageFolder(path: string, options: ImageOptions = {}): Source {
  pictureSize('imageFolder', options);
  let listed: Promise<readonly Picture[]> | undefined;
  const list = (): Promise<readonly Picture[]> => {
    listed ??= listPictures(path);
    return listed;
  };
  return {
    name: path,
    files: async () => (await list()).map(({ image }) => join(path, image)),
    async open(signal) {
      const pictures = await list();
      const table = new Table({
        image: vectorFromArray(
          pictures.map(({ image }) => image),
          new Utf8(),
        ),
        // A dictionary, which lists the classes.
        class: vectorFromArray(pictures.map((picture) => picture.class)),
      });
      return images({ ...arrowTable(table), name: path }, { ...options, folder: path }).open(signal);
    },
  };
}

interface Picture {
  readonly image: string;
  readonly class: string;
}

async function listPictures(path: string): Promise<readonly Picture[]> {
  const names = await readdir(path, { recursive: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot read the folder: ${reason}; check the path`, { file: path }, { cause });
  });
  const pictures = names
    .filter((name) => PICTURE.test(name) && !name.split(sep).some((part) => part.startsWith('.')))
    .filter((name) => name.includes(sep))
    .sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1))
    .map((image) => ({ image, class: image.slice(0, image.indexOf(sep)) }));
  if (pictures.length > 0) return pictures;
  throw new DataError(
    'expected a folder for each class with pictures in it (png, jpg, webp, gif), got none; name another folder',
    {
      file: path,
    },
  );
}
