import { resolve, sep } from 'node:path';
import type { Block, OpenSource, RowFilter, Source } from '@fluxion/data';
import { DataError, expectNames, OptionError, type Shape } from '@fluxion/tensor';
import { type Data, DataType, Field, FixedSizeList, makeData, Schema, Uint8, Vector } from 'apache-arrow';
import { type DecodePicture, type PictureSize, pictureDecoder } from './picture.js';

/** The size that pictures are brought to. */
export interface ImageOptions {
  /** Default 64. */
  readonly width?: number;
  /** Default: the width. */
  readonly height?: number;
  /** 1 for grey, 3 for red, green and blue, 4 with opacity. Default 3: what is transparent becomes white. */
  readonly channels?: 1 | 3 | 4;
  /** Whether a picture of another shape is cut (`cover`), gets white edges (`contain`) or is stretched (`fill`). Default cover. */
  readonly fit?: 'cover' | 'contain' | 'fill';
}

/** Which column has the paths. */
export interface ImageColumnOptions extends ImageOptions {
  /** Default 'image'. */
  readonly column?: string;
  /** The folder that the paths are in: none leads out of it. Default: the current one. */
  readonly folder?: string;
}

const FITS = ['cover', 'contain', 'fill'] as const;
const CHANNELS = [1, 3, 4] as const;
/** Bytes of decoded pictures that are kept for the epochs after, while the source is open. */
const MOST_KEPT = 2 ** 28;
/** Pictures that are decoded at a time: enough for the threads there are. */
const AT_A_TIME = 16;
/** Bytes that one read decodes, at most, unless these few pictures take more: whoever asks for thousands gets some. */
const MOST_READ = 2 ** 26;

/**
 * A source in which a column of paths holds the pictures: [height · width · channels] bytes of each, row by row, the channels of
 * a place side by side, so an input of them has the shape `[height, width, channels]` after `reshapeTo`. PNG, JPEG, WebP and GIF
 * (its first picture), turned as their camera was held. They are decoded on threads of their own while training goes on, and
 * kept for the epochs after, up to 256 MB; beyond that, only those of the rows at hand are held, and a read decodes 64 MB at most.
 * Of rows that are no examples, as those held out, none is decoded.
 *
 * @throws {OptionError} when an option has a value that cannot be used; by `open`, when sharp is not installed; {DataError} by
 *   `open`, when there is no such column, and by `read`, with file and row, when a picture is missing, damaged, of another format
 *   or outside the folder.
 * @example
 * const pets = images(csvFile('pets.csv'), { column: 'photo', folder: 'photos', width: 32 });
 */
export function images(source: Source, options: ImageColumnOptions = {}): Source {
  const { column = 'image', folder = '.', ...rest } = options;
  const size = pictureSize('images', rest);
  return {
    ...source,
    async open(signal) {
      const decode = await pictureDecoder();
      const open = await source.open(signal);
      const place = open.schema.fields.findIndex(({ name }) => name === column);
      const field = open.schema.fields[place];
      const type = DataType.isDictionary(field?.type) ? field.type.dictionary : field?.type;
      if (!DataType.isUtf8(type) && !DataType.isLargeUtf8(type)) {
        await open.close();
        const got = field === undefined ? 'none of that name' : String(field.type);
        throw new DataError(`expected a column of paths, got ${got}; name another column`, {
          file: source.name,
          column,
        });
      }
      return withPictures(open, source.name, { place, column, folder: resolve(folder), size, decode });
    },
  };
}

/** Where a field of pictures says their shape, which a flat list does not. */
const SHAPE = 'fluxion.picture';

/** The shape [height, width, channels] of the pictures that a field has; undefined where it holds no pictures. */
export function pictureShape({ metadata }: Field): Shape | undefined {
  return metadata.get(SHAPE)?.split(',').map(Number);
}

/** @throws {OptionError} on an invalid size. */
export function pictureSize(where: string, options: ImageOptions): PictureSize {
  expectNames(where, options, ['width', 'height', 'channels', 'fit']);
  const { width = 64, height = width, channels = 3, fit = 'cover' } = options;
  for (const [name, length] of Object.entries({ width, height })) {
    if (Number.isSafeInteger(length) && length > 0 && length <= 2 ** 12) continue;
    throw new OptionError(
      `${where} ${name}: expected a whole number from 1 to 4096, got ${length}; give such a number`,
    );
  }
  if (!CHANNELS.includes(channels)) {
    throw new OptionError(`${where} channels: expected 1, 3 or 4, got ${channels}; give one of these`);
  }
  if (!FITS.includes(fit)) {
    throw new OptionError(`${where} fit: expected ${FITS.join(', ')}, got '${fit}'; name one of these`);
  }
  return { width, height, channels, fit };
}

interface PictureColumn {
  readonly place: number;
  readonly column: string;
  readonly folder: string;
  readonly size: PictureSize;
  readonly decode: DecodePicture;
}

function withPictures(open: OpenSource, name: string, pictures: PictureColumn): OpenSource {
  const { width, height, channels } = pictures.size;
  const type = new FixedSizeList(width * height * channels, new Field('item', new Uint8(), false));
  const metadata = new Map([[SHAPE, [height, width, channels].join()]]);
  const fields = open.schema.fields.map((field, i) =>
    i === pictures.place ? new Field(field.name, type, field.nullable, metadata) : field,
  );
  const { countRows, locate } = open;
  const kept: KeptPictures = { byRow: new Map(), room: MOST_KEPT };
  return {
    schema: new Schema(fields),
    ...(countRows && { countRows: () => countRows.call(open) }),
    ...(locate && { locate: (row: number) => locate.call(open, row) }),
    async read(from, count, fields, isWanted): Promise<Block | undefined> {
      if (!fields.includes(pictures.place)) return open.read(from, count, fields, isWanted);
      const most = Math.max(AT_A_TIME, Math.floor(MOST_READ / type.listSize));
      const block = await open.read(from, Math.min(count, most), fields, isWanted);
      if (block === undefined) return block;
      const columns = await Promise.all(
        block.columns.map((data, i) =>
          fields[i] === pictures.place
            ? decodeColumn(data, type, name, from, pictures, kept, isWanted)
            : data,
        ),
      );
      return { ...block, columns };
    },
    close: () => open.close(),
  };
}

/** Pictures that have been decoded, and the bytes that there is room for. */
interface KeptPictures {
  readonly byRow: Map<number, Uint8Array>;
  room: number;
}

async function decodeColumn(
  data: Data,
  type: FixedSizeList<Uint8>,
  file: string,
  from: number,
  { column, folder, size, decode }: PictureColumn,
  kept: KeptPictures,
  isWanted: RowFilter = () => true,
): Promise<Data> {
  const paths = new Vector([data]);
  const bytes = new Uint8Array(data.length * type.listSize);
  const decodeRow = async (i: number): Promise<void> => {
    const given = paths.get(i) as string | null;
    const row = from + i;
    const out = bytes.subarray(i * type.listSize, (i + 1) * type.listSize);
    const known = kept.byRow.get(row);
    if (known !== undefined) return out.set(known);
    if (given === null) {
      throw new DataError('expected the path of a picture, got none; leave the row out', {
        file,
        row,
        column,
      });
    }
    const path = resolve(folder, given);
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      throw new DataError(
        `expected a path in ${folder}, got ${JSON.stringify(given)}, which leads out of it; give the folder that holds the pictures`,
        { file, row, column },
      );
    }
    await decode(path, given, size, out, { file, row, column });
    if (kept.room < out.length) return;
    kept.byRow.set(row, out.slice());
    kept.room -= out.length;
  };
  for (let first = 0; first < data.length; first += AT_A_TIME) {
    const all = Array.from({ length: Math.min(AT_A_TIME, data.length - first) }, (_, i) => first + i);
    const rows = all.filter((i) => isWanted(from + i));
    // Each is waited for, so that none goes on after an error; the first row's error is told, whichever came first.
    const outcomes = await Promise.allSettled(rows.map(decodeRow));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  const child = makeData({ type: new Uint8(), length: bytes.length, data: bytes });
  return makeData({ type, length: data.length, child });
}
