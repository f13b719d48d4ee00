import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '@fluxion/tensor';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../../test/readColumns.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { csvFile } from './csv/csvFile.js';
import { files } from './files.js';
import type { Source } from './source.js';

/** Writes files into a new folder and gives its path. */
async function folderOf(contents: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const arrow = tableFromArrays({ n: Float64Array.of(7, 8) });

describe('files', () => {
  it('reads the files of a pattern in natural order, or as they are listed', async () => {
    const folder = await folderOf({
      'part-10.csv': 'n\n4\n5\n',
      'part-2.csv': 'n\n2\n3\n',
      'part-1.csv': 'n\n1\n',
      'other.csv': 'n\n0\n',
    });
    expect(await readColumns(files(join(folder, 'part-*.csv')))).toEqual({ n: [1, 2, 3, 4, 5] });
    const listed = ['part-10.csv', 'other.csv'].map((name) => join(folder, name));
    expect(await readColumns(files(listed))).toEqual({ n: [4, 5, 0] });
  });

  it('reads a folder, its folders too, without what is hidden', async () => {
    const folder = await folderOf({
      'y=2/a.csv': 'n\n2\n',
      'y=10/a.csv': 'n\n10\n',
      '.b.csv': 'x',
      _SUCCESS: '',
    });
    expect(await readColumns(files(folder))).toEqual({ n: [2, 10] });
  });

  it('takes a path that exists as it stands', async () => {
    const folder = await folderOf({ 'a[1].csv': 'n\n1\n', 'a1.csv': 'n\n2\n' });
    expect(await readColumns(files(join(folder, 'a[1].csv')))).toEqual({ n: [1] });
  });

  it('joins files of several formats, told by name or by first bytes', async () => {
    const folder = await folderOf({
      '1.csv': 'n\n1\n',
      '2.csv.gz': gzipSync('n\n2\n'),
      '3.jsonl': '{"n":3}\n',
      '4.NDJSON': '{"n":4}\n',
      '5': '{"n":5}\n',
      '6': 'n\n6\n',
      '7': tableToIPC(arrow, 'file'),
      '9.feather': tableToIPC(tableFromArrays({ n: Float64Array.of(9) }), 'file'),
    });
    expect(await readColumns(files(folder))).toEqual({ n: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });

  it('reads a single Arrow stream', async () => {
    const folder = await folderOf({
      'a.arrows': tableToIPC(arrow, 'stream'),
      b: tableToIPC(arrow, 'stream'),
    });
    expect(await readColumns(files(join(folder, 'a.arrows')))).toEqual({ n: [7, 8] });
    expect(await readColumns(files(join(folder, 'b')))).toEqual({ n: [7, 8] });
    await expect(files(folder).open()).rejects.toThrow(
      'expected a file that can be read in any order, since there are several, got a stream',
    );
  });

  it('puts columns together by name, and gaps under any type', async () => {
    const folder = await folderOf({ '1.csv': 'a,b\n,1\n', '2.csv': 'b,a\n2,x\n', '3.csv': 'a,b\n?,\n' });
    expect(await readColumns(files(folder))).toEqual({ a: [null, 'x', null], b: [1, 2, null] });
  });

  it('reads any rows as one sequential reading gives them, from more files than stay open', async () => {
    const sizes = Array.from({ length: 40 }, (_, i) => (i * 7) % 11);
    let next = 0;
    const contents = sizes.map(
      (size, i) =>
        [`${i}.csv`, `n,w\n${Array.from({ length: size }, () => `${next++},w\n`).join('')}`] as const,
    );
    const open = await files(await folderOf(Object.fromEntries(contents))).open();
    const total = await open.countRows?.();
    expect(total).toBe(next);
    await fc.assert(
      fc.asyncProperty(fc.nat(next + 3), fc.integer({ min: 1, max: 60 }), async (from, count) => {
        const expected = Array.from(
          { length: Math.max(0, Math.min(count, next - from)) },
          (_, i) => from + i,
        );
        expect((await readRows(open, from, from + count, 7)).n).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    const place = open.locate?.(20);
    const before = sizes.slice(0, 5).reduce((sum, size) => sum + size, 0);
    expect(sizes.slice(0, 4).reduce((sum, size) => sum + size, 0) <= 20 && before > 20).toBe(
      place?.file?.endsWith('/4.csv'),
    );
    await open.close();
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a column that is missing',
      { '1.csv': 'a,b\n1,2\n', '2.csv': 'a\n1\n' },
      "2.csv, column 'b': expected the same columns",
    ],
    [
      'a column too many',
      { '1.csv': 'a\n1\n', '2.csv': 'a,b\n1,2\n' },
      "2.csv, column 'b': expected the same columns",
    ],
    [
      'a column of another type',
      { '1.csv': 'a,b\n1,2\n', '2.csv': 'a,b\n1,x\n' },
      "2.csv, column 'b': expected Float64 as in",
    ],
    [
      'a file that is damaged',
      { '1.csv': 'a,b\n1,2\n', '2.csv': 'a,b\n1\n' },
      '2.csv, line 2: expected 2 cells, got 1',
    ],
    [
      'Parquet, when nobody reads it',
      { '1': 'PAR1 and more' },
      'expected Arrow, CSV or JSON lines, got Parquet; read it with parquetFile',
    ],
  ])('names the file: %s', async (_, contents, message) => {
    await expect(files(await folderOf(contents)).open()).rejects.toThrow(message);
  });

  it('closes a file that has come to be open when all were closed', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${100 + i}.csv`);
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, 'n\n1\n'])));
    const openNow = new Set<object>();
    let wait = Promise.resolve();
    const watched = (path: string): Source => {
      const source = csvFile(path);
      return {
        ...source,
        open: async () => {
          await wait;
          const opened = await source.open();
          const { close } = opened;
          openNow.add(opened);
          opened.close = async () => {
            openNow.delete(opened);
            await close();
          };
          return opened;
        },
      };
    };
    const all = await files(join(folder, '*.csv'), watched).open();
    let go = (): void => {};
    wait = new Promise((resolve) => {
      go = resolve;
    });
    // The first of so many has been closed meanwhile, and is opened again.
    const reading = all.read(0, 1, [0]);
    await all.close();
    go();
    await expect(reading).rejects.toThrow('closed');
    expect(openNow.size).toBe(0);
  });

  it('says when nothing is found', async () => {
    const folder = await folderOf({});
    for (const path of [join(folder, 'a.csv'), join(folder, '*.csv')]) {
      await expect(files(path).open()).rejects.toThrow(
        `${path}: expected a file, a folder with files, or a pattern`,
      );
    }
  });

  it('takes from a folder what is called a table, or has no extension', async () => {
    const mixed = await folderOf({
      'notes.txt': 'not a table',
      'x.pdf': '',
      'a.csv': 'n\n1\n',
      part: 'n\n2\n',
    });
    expect(await readColumns(files(mixed))).toEqual({ n: [1, 2] });
  });

  it.each<[string, Record<string, string>, string]>([
    ['an empty folder', {}, 'got an empty folder'],
    ['a folder of other files', { 'x.pdf': '', 'y.txt': '' }, 'got 2 files of other kinds, as'],
  ])('refuses %s', async (_, contents, text) => {
    const folder = await folderOf(contents);
    await expect(files(folder).open()).rejects.toThrow(DataError);
    await expect(files(folder).open()).rejects.toThrow(
      `${folder}: expected a folder with files that end in .csv, .jsonl, .arrow or the like, ${text}`,
    );
  });

  it.each([
    ['book.xlsx', 'PK\u0003\u0004\u0014\0', 'got a zip file, as spreadsheets are; save its table as CSV'],
    ['table.sav', '$FL2@(#) \0', 'got a file of another kind'],
    ['list.json', '[\n {"a": 1},\n {"a": 2}]', "got a list of objects; write them one a line: jq -c '.[]'"],
  ])('refuses %s by its first bytes', async (name, content, text) => {
    const folder = await folderOf({ [name]: content });
    await expect(files(join(folder, name)).open()).rejects.toThrow(DataError);
    await expect(files(join(folder, name)).open()).rejects.toThrow(text);
  });

  it('opens each file as it is told', async () => {
    const folder = await folderOf({ '1.csv': 'zip\n01\n', '2.csv': 'zip\nx\n' });
    const source = files(folder, (path) => csvFile(path, { columns: { zip: 'word' } }));
    expect(await readColumns(source)).toEqual({ zip: ['01', 'x'] });
  });

  it('fails with a DataError when a file shrinks while it is read', async () => {
    const folder = await folderOf({ '1.csv': 'n\n1\n2\n', '2.csv': 'n\n3\n4\n' });
    const open = await files(folder).open();
    await writeFile(join(folder, '2.csv'), 'n\n');
    await expect(open.read(3, 1, [0])).rejects.toThrow(DataError);
    await open.close();
  });
});
