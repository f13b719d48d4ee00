import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrowTable, type Block, openExamples, type Source, usableRows } from '@fluxion/data';
import { DataError, elements, OptionError, type Tensor } from '@fluxion/tensor';
import { Table, Utf8, vectorFromArray } from 'apache-arrow';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFolder } from './imageFolder.js';
import { type ImageOptions, images } from './images.js';

type Format = 'png' | 'jpeg' | 'webp' | 'gif';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxion-images-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A picture of one colour. */
async function picture(path: string, colour: string, format: Format = 'png', size = 8): Promise<string> {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  const background = colour === 'clear' ? { r: 0, g: 0, b: 0, alpha: 0 } : colour;
  const made = sharp({ create: { width: size, height: size, channels: 4, background } });
  writeFileSync(join(folder, path), await made.toFormat(format).toBuffer());
  return path;
}

/** Bytes of each picture, and the classes. */
async function rowsOf(source: Source, fields: readonly number[] = [0, 1]): Promise<Block> {
  const open = await source.open();
  try {
    return (await open.read(0, 100, fields)) as Block;
  } finally {
    await open.close();
  }
}

async function pixels(source: Source): Promise<number[][]> {
  const block = await rowsOf(source);
  const bytes = block.columns[0]?.children[0]?.values as Uint8Array;
  const size = bytes.length / block.rows;
  return Array.from({ length: block.rows }, (_, i) => [...bytes.subarray(i * size, (i + 1) * size)]);
}

describe('imageFolder', () => {
  it('has a row for each picture, by class and in natural order, of any format', async () => {
    await picture('all/blue/10.png', '#0000ff');
    await picture('all/blue/2.webp', '#000000', 'webp');
    await picture('all/red/deep/a.gif', '#ff0000', 'gif');
    await picture('all/red/b.jpg', '#ffffff', 'jpeg');
    await picture('all/.hidden/c.png', '#ffffff');
    writeFileSync(join(folder, 'all/red/notes.txt'), 'no picture');
    const source = imageFolder(join(folder, 'all'), { width: 1 });
    expect(await pixels(source)).toEqual([
      [0, 0, 0],
      [0, 0, 255],
      [255, 255, 255],
      [255, 0, 0],
    ]);
    const open = await source.open();
    expect(open.schema.fields.map(({ name }) => name)).toEqual(['image', 'class']);
    expect(await open.countRows?.()).toBe(4);
    await open.close();
  });

  it('makes examples that are the same whatever the order they are read in', async () => {
    for (let i = 0; i < 12; i++)
      await picture(`order/${i % 2 ? 'odd' : 'even'}/${i}.png`, `rgb(${i * 20},0,0)`);
    const source = imageFolder(join(folder, 'order'), { width: 2 });
    const seen = async (shuffle: boolean): Promise<string[]> => {
      const reader = await openExamples(source, { input: 'image', target: 'class', shuffle, seed: 3 });
      const found: string[] = [];
      while (await reader.advance()) {
        for (let next = reader.next(); next !== undefined; next = reader.next()) {
          const [red = -1] = elements(Object.values(next.inputs)[0] as Tensor);
          found.push(`${Math.round(red * 255)} ${Object.values(next.targets)[0]?.data[0]}`);
        }
      }
      await reader.close();
      return found;
    };
    const [stored, shuffled] = [await seen(false), await seen(true)];
    expect(stored).toEqual([
      '0 0',
      '40 0',
      '80 0',
      '120 0',
      '160 0',
      '200 0',
      '20 1',
      '60 1',
      '100 1',
      '140 1',
      '180 1',
      '220 1',
    ]);
    expect(shuffled).not.toEqual(stored);
    expect([...shuffled].sort()).toEqual([...stored].sort());
  });

  it('decodes a picture once, however often it is read while the source is open', async () => {
    await picture('once/red/a.png', '#ff0000');
    const open = await imageFolder(join(folder, 'once'), { width: 1 }).open();
    const read = async () => [...((await open.read(0, 1, [0]))?.columns[0]?.children[0]?.values ?? [])];
    const first = await read();
    writeFileSync(join(folder, 'once/red/a.png'), 'damaged since');
    expect(await read()).toEqual(first);
    expect(first).toEqual([255, 0, 0]);
    await open.close();
  });

  it('leaves damaged pictures out as bad rows, and says which they were', async () => {
    for (let i = 0; i < 10; i++) await picture(`garden/${i % 2 ? 'rose' : 'daisy'}/${i}.png`, '#123456');
    writeFileSync(join(folder, 'garden/rose/5.png'), 'damaged');
    const flowers = imageFolder(join(folder, 'garden'), { width: 1 });
    await expect(rowsOf(flowers)).rejects.toThrow(/row 7.*got another file in rose\/5\.png/);
    const quarantineFile = join(folder, 'refused.jsonl');
    const columns = { input: 'image', target: 'class' };
    const options = { onBadRow: 'quarantine', quarantineFile, maxBadShare: 0.2, examples: columns } as const;
    const reader = await openExamples(usableRows(flowers, options), columns);
    let count = 0;
    while (await reader.advance()) while (reader.next() !== undefined) count++;
    expect(count).toBe(9);
    const lines = readFileSync(quarantineFile, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { file: join(folder, 'garden'), row: 7, reason: expect.stringContaining('rose/5.png') },
    ]);
  });

  it('decodes no picture of a row that is no example', async () => {
    for (let i = 0; i < 4; i++) await picture(`meadow/clover/${i}.png`, '#00ff00');
    writeFileSync(join(folder, 'meadow/clover/2.png'), 'damaged');
    const meadow = imageFolder(join(folder, 'meadow'), { width: 1 });
    for (const shuffle of [false, true]) {
      const rows = (row: number): boolean => row !== 2;
      const reader = await openExamples(meadow, { input: 'image', target: 'class', rows, shuffle });
      let count = 0;
      while (await reader.advance()) while (reader.next() !== undefined) count++;
      expect(count).toBe(3);
    }
  });

  it('decodes no more than 64 MB in a read, and the rest in those after', async () => {
    for (let i = 0; i < 3; i++) await picture(`large/red/${i}.png`, `rgb(${i},0,0)`, 'png', 1);
    const names = Array.from({ length: 40 }, (_, i) => `red/${i % 3}.png`);
    const table = arrowTable(new Table({ image: vectorFromArray(names, new Utf8()) }));
    const open = await images(table, { folder: join(folder, 'large'), width: 1024, channels: 3 }).open();
    const sizes: number[] = [];
    const reds: number[] = [];
    for (let row = 0; row < names.length; ) {
      const block = (await open.read(row, names.length - row, [0])) as Block;
      const bytes = block.columns[0]?.children[0]?.values as Uint8Array;
      for (let i = 0; i < block.rows; i++) reds.push(bytes[i * 3 * 2 ** 20] as number);
      sizes.push(block.rows);
      row += block.rows;
    }
    await open.close();
    expect(sizes).toEqual([21, 19]);
    expect(reds).toEqual(names.map((_, i) => i % 3));
  });

  it('refuses a folder that is missing or has no folders of pictures', async () => {
    await picture('flat/a.png', '#000000');
    for (const [path, message] of [
      ['missing', 'cannot read the folder'],
      ['flat', 'expected a folder for each class with pictures in it'],
    ] as const) {
      const opening = imageFolder(join(folder, path)).open();
      await expect(opening).rejects.toThrow(DataError);
      await expect(opening).rejects.toThrow(message);
    }
  });
});

describe('images', () => {
  const table = (...paths: (string | null)[]): Source => ({
    ...arrowTable(
      new Table({
        image: vectorFromArray(paths, new Utf8()),
        id: vectorFromArray(Float64Array.from(paths, (_, i) => i)),
      }),
    ),
    name: 'pets.csv',
  });
  const read = (path: string | null, options: ImageOptions = {}): Promise<number[][]> =>
    pixels(images(table(path), { width: 1, folder, ...options }));

  it.each<[ImageOptions, number[]]>([
    [{}, [255, 255, 255]],
    [{ channels: 4 }, [0, 0, 0, 0]],
    [{ channels: 1 }, [255]],
  ])('with %o puts what is transparent on white, or keeps how much it is', async (options, expected) => {
    await picture('clear.png', 'clear');
    expect(await read('clear.png', options)).toEqual([expected]);
  });

  it('leaves the other columns as they are, and decodes nothing where they alone are wanted', async () => {
    const block = await rowsOf(images(table('missing.png'), { folder }), [1]);
    expect(block.columns[0]?.values).toEqual(Float64Array.of(0));
  });

  it.each<[string, string | null, () => unknown, string]>([
    ['is missing', 'no.png', () => {}, 'cannot read no.png: ENOENT'],
    [
      'is none',
      'text.png',
      () => writeFileSync(join(folder, 'text.png'), 'text'),
      'expected a PNG, JPEG, WebP or GIF picture',
    ],
    [
      'is empty',
      'empty.png',
      () => writeFileSync(join(folder, 'empty.png'), ''),
      'got an empty file in empty.png',
    ],
    ['has no path', null, () => {}, 'expected the path of a picture, got none'],
    ['is outside the folder', '../elsewhere.png', () => {}, 'which leads out of it'],
    [
      'is a drawing that names other files',
      'drawing.png',
      () => writeFileSync(join(folder, 'drawing.png'), '<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'got another file in drawing.png',
    ],
    [
      'is cut off',
      'cut.png',
      async () => {
        await picture('whole.png', '#123456', 'png', 64);
        writeFileSync(join(folder, 'cut.png'), readFileSync(join(folder, 'whole.png')).subarray(0, 60));
      },
      'cannot decode cut.png',
    ],
    [
      'is a folder',
      'loop.png',
      () => symlinkSync(folder, join(folder, 'loop.png')),
      'cannot read loop.png: it is a folder',
    ],
  ])('refuses a picture that %s, with its row and column', async (_, path, make, message) => {
    await make();
    const reading = read(path);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/pets\.csv.*row 0.*column 'image'/);
  });

  it('refuses a picture that claims to be larger than memory', async () => {
    const bytes = readFileSync(join(folder, await picture('huge.png', '#000000')));
    // The width stands after the signature and the first chunk's head; its checksum is not looked at first.
    bytes.writeUInt32BE(2 ** 20, 16);
    bytes.writeUInt32BE(2 ** 20, 20);
    writeFileSync(join(folder, 'huge.png'), bytes);
    await expect(read('huge.png')).rejects.toThrow(DataError);
  });

  it('refuses a column that has no paths', async () => {
    const opening = images(table('a.png'), { column: 'id' }).open();
    await expect(opening).rejects.toThrow(DataError);
    await expect(opening).rejects.toThrow('expected a column of paths, got Float64');
    await expect(images(table('a.png'), { column: 'photo' }).open()).rejects.toThrow('none of that name');
  });

  it.each<[object, string]>([
    [{ width: 0 }, 'images width: expected a whole number from 1 to 4096, got 0'],
    [{ channels: 2 }, 'images channels: expected 1, 3 or 4, got 2'],
    [{ fit: 'crop' }, "images fit: expected cover, contain, fill, got 'crop'"],
    [{ with: 3 }, "did you mean 'width'"],
  ])('refuses the options %o', (options, message) => {
    const make = () => images(table('a.png'), options as ImageOptions);
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });
});
