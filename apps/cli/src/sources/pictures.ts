import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Encoder, OpenSource, Source } from '@fluxion/data';
import { images, picturePaths } from '@fluxion/images';
import type { Shape } from '@fluxion/tensor';
import { DataType, Vector } from 'apache-arrow';

/** Pixels of a side that pictures are brought to, unless somebody says how many. */
export const IMAGE_SIZE = 32;
const PICTURE = /\.(png|jpe?g|webp|gif)$/i;

/** The paths of a folder's pictures as a table, where it is a folder of pictures; else undefined. */
export function pictureFolder([path = '', ...others]: readonly string[]): Source | undefined {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (others.length > 0 || !isFolder) return undefined;
  const holds = (folder: string): boolean => readdirSync(folder).some((name) => PICTURE.test(name));
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return holds(path) || folders.some(({ name }) => holds(join(path, name))) ? picturePaths(path) : undefined;
}

/** A table whose columns of paths hold the pictures themselves, as squares of so many pixels a side. */
export function withPictures(source: Source, path: string, width: number): Source {
  const folder = pictureRoot(path);
  return {
    ...source,
    async open(signal) {
      const open = await source.open(signal);
      if (open.countRows === undefined) return open;
      const columns = await pathColumns(open, folder).finally(() => open.close());
      const decoded = (under: Source, column: string): Source => images(under, { column, folder, width });
      return columns.reduce(decoded, source).open(signal);
    },
  };
}

/** The folder that paths in a table are in: the table's own, or the folder of pictures itself. */
export function pictureRoot(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? path : dirname(path);
}

/** Names of the columns whose first cell is the path of a picture that is there. */
export async function pathColumns(open: OpenSource, folder: string): Promise<readonly string[]> {
  const { fields } = open.schema;
  const places = [...fields.keys()].filter((i) => {
    const { type } = fields[i] ?? {};
    return DataType.isUtf8(DataType.isDictionary(type) ? type.dictionary : type);
  });
  const block = places.length === 0 ? undefined : await open.read(0, 1, places);
  const isPicture = (cell: unknown): boolean =>
    typeof cell === 'string' && PICTURE.test(cell) && existsSync(resolve(folder, cell));
  const columns = block?.columns ?? [];
  return columns.flatMap((data, i) =>
    isPicture(new Vector([data]).get(0)) ? [fields[places[i] as number]?.name as string] : [],
  );
}

/** Pixels of a side of the pictures that a saved encoder takes; undefined where it takes none. */
export function pictureWidth(encoder: Encoder | undefined): number | undefined {
  const { columns = [] } = encoder?.save().options ?? {};
  const shapes = (
    columns as readonly { readonly encoding: { readonly kind: string; readonly shape?: Shape } }[]
  )
    .filter(({ encoding }) => encoding.kind === 'vector' && encoding.shape?.length === 3)
    .map(({ encoding }) => encoding.shape?.[1]);
  return shapes[0];
}
