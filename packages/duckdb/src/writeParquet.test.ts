import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrowTable, csvFile } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import {
  Bool,
  DateDay,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int8,
  Int32,
  Int64,
  List,
  Struct,
  Table,
  TimestampMillisecond,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readColumns } from '../test/readColumns.js';
import { temporaryFolder } from '../test/temporaryFolder.js';
import { parquetFile } from './parquetFile.js';
import { writeParquet } from './writeParquet.js';

describe('writeParquet', () => {
  it('writes every type, with gaps, so that it is read as it was', async () => {
    const path = join(await temporaryFolder(), "it's.parquet");
    const moment = Date.UTC(1969, 11, 31, 23, 59, 59, 123);
    const pair = new FixedSizeList(2, new Field('item', new Float32(), true));
    const table = new Table({
      float: vectorFromArray([0.5, null, -2], new Float32()),
      'a "b"': vectorFromArray([1, 2, 3.5]),
      small: vectorFromArray([-128, null, 127], new Int8()),
      byte: vectorFromArray([0, 255, null], new Uint8()),
      long: vectorFromArray([-(2n ** 40n), 2n ** 40n, null], new Int64()),
      truth: vectorFromArray([true, null, false], new Bool()),
      word: vectorFromArray(['', null, 'naïve'], new Utf8()),
      kind: vectorFromArray(['owl', 'dog', 'owl'], new Dictionary(new Utf8(), new Int32())),
      day: vectorFromArray([new Date(0), null, new Date(-86_400_000)], new DateDay()),
      moment: vectorFromArray([moment, null, 0], new TimestampMillisecond()),
      pair: vectorFromArray(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        pair,
      ),
      list: vectorFromArray([[7], [8], [9]], new List(new Field('item', new Int32(), true))),
    });
    expect(await writeParquet(path, arrowTable(table))).toBe(3);
    expect(await readColumns(parquetFile(path))).toEqual({
      float: [0.5, null, -2],
      'a "b"': [1, 2, 3.5],
      small: [-128, null, 127],
      byte: [0, 255, null],
      long: [-(2n ** 40n), 2n ** 40n, null],
      truth: [true, null, false],
      word: ['', null, 'naïve'],
      kind: ['owl', 'dog', 'owl'],
      day: [0, null, -86_400_000],
      moment: [moment, null, 0],
      pair: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      list: [[7], [8], [9]],
    });
  });

  it('writes more rows than DuckDB takes at a time, in order, and replaces a file', async () => {
    const folder = await temporaryFolder();
    const [csv, path] = [join(folder, 'a.csv'), join(folder, 'a.parquet')];
    const rows = Array.from({ length: 70_001 }, (_, i) => `${i},w${i % 7}`);
    await writeFile(csv, ['n,word', ...rows, ''].join('\n'));
    await writeFile(path, 'before');
    expect(await writeParquet(path, csvFile(csv))).toBe(70_001);
    expect(await readColumns(parquetFile(path), 5000)).toEqual(await readColumns(csvFile(csv), 5000));
    expect((await readdir(folder)).sort()).toEqual(['a.csv', 'a.parquet']);
  });

  it('refuses what Parquet is not written of, and writes nothing', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.parquet');
    const part = new Struct([new Field('x', new Int32(), true)]);
    const nested = new List(new Field('item', part, true));
    const table = new Table({ a: vectorFromArray([[{ x: 1 }]], nested) });
    await expect(writeParquet(path, arrowTable(table))).rejects.toThrow('expected a column of numbers');
    const csv = join(folder, 'a.csv');
    await writeFile(csv, 'a\n1\n');
    await expect(writeParquet(join(folder, 'none', 'a.parquet'), csvFile(csv))).rejects.toThrow(DataError);
    expect(await readdir(folder)).toEqual(['a.csv']);
  });

  it('can be interrupted, and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const [csv, path] = [join(folder, 'a.csv'), join(folder, 'a.parquet')];
    await writeFile(csv, 'a\n1\n');
    const before = await readdir(tmpdir());
    await expect(writeParquet(path, csvFile(csv), AbortSignal.abort())).rejects.toThrow('aborted');
    expect(existsSync(path)).toBe(false);
    const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(left.filter((name) => name.startsWith('fluxion-duckdb-') && !name.includes('test'))).toEqual([]);
  });
});
