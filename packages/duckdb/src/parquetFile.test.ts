import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvFile, files, openByName } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../test/readColumns.js';
import { runSql } from '../test/runSql.js';
import { temporaryFolder } from '../test/temporaryFolder.js';
import { parquetFile } from './parquetFile.js';

async function written(query: string, options = ''): Promise<string> {
  const path = join(await temporaryFolder(), 'a.parquet');
  await runSql(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  return path;
}

const day = Date.parse('2024-05-31');

describe('parquetFile', () => {
  it.each<[string, string, unknown[], string]>([
    ['a boolean', 'true', [true], 'Bool'],
    ['small integers', '-3::TINYINT', [-3], 'Int32'],
    ['integers', '4000000000::BIGINT', [4000000000n], 'Int64'],
    ['unsigned integers', '4000000000::UINTEGER', [4000000000n], 'Int64'],
    ['unsigned integers of 64 bits', '9223372036854775809::UBIGINT', [9223372036854775809n], 'Uint64'],
    ['float32', '0.1::FLOAT', [Math.fround(0.1)], 'Float32'],
    ['float64', '0.1::DOUBLE', [0.1], 'Float64'],
    ['decimals', '1.25::DECIMAL(10, 3)', [1.25], 'Float64'],
    ['wide integers', '7::DECIMAL(38, 0)', [7], 'Float64'],
    ['integers beyond 2⁵³', '9007199254740993::DECIMAL(38, 0)', ['9007199254740993'], 'Utf8'],
    ['words', "'ü🎉'", ['ü🎉'], 'Utf8'],
    ['an enumeration', "'b'::ENUM('a', 'b')", ['b'], 'Utf8'],
    ['a date', "DATE '2024-05-31'", [day], 'Timestamp<MILLISECOND>'],
    ['a time', "TIMESTAMP '2024-05-31 10:00:00.5'", [day + 36_000_500], 'Timestamp<MILLISECOND>'],
    [
      'a time with nanoseconds',
      "TIMESTAMP_NS '2024-05-31 10:00:00.5'",
      [day + 36_000_500],
      'Timestamp<MILLISECOND>',
    ],
    [
      'a time with a zone',
      "TIMESTAMPTZ '2024-05-31 10:00:00+02'",
      [day + 28_800_000],
      'Timestamp<MILLISECOND>',
    ],
    ['a list of numbers', '[1, 2.5]', [[1, 2.5]], 'FixedSizeList[2]<Float64>'],
    ['an array of floats', '[1, 2]::FLOAT[2]', [[1, 2]], 'FixedSizeList[2]<Float32>'],
  ])('reads %s, and gaps', async (_, value, values, type) => {
    const path = await written(`SELECT ${value} AS a UNION ALL SELECT NULL`);
    const open = await parquetFile(path).open();
    expect(String(open.schema.fields[0]?.type)).toBe(type);
    expect(await readRows(open, 0, 9, 9)).toEqual({ a: [...values, null] });
    await open.close();
  });

  it.each<[string, string, unknown[], string]>([
    ['words', "['a', NULL, 'ü']", ['a', null, 'ü'], 'List<Utf8>'],
    ['numbers', '[1, 2.5]', [1, 2.5], 'List<Float64>'],
    ['floats', '[0.5::FLOAT]', [0.5], 'List<Float32>'],
    ['bytes', '[255::UTINYINT]', [255], 'List<Uint8>'],
  ])('reads lists of %s of any length, and gaps', async (_, list, values, type) => {
    const path = await written(`SELECT ${list} AS a UNION ALL SELECT NULL UNION ALL SELECT []`);
    const open = await parquetFile(path).open();
    expect(String(open.schema.fields[0]?.type)).toBe(type);
    const { a = [] } = await readRows(open, 0, 9, 9);
    expect(a.map((list) => (list === null ? null : [...(list as Iterable<unknown>)]))).toEqual([
      values,
      null,
      [],
    ]);
    await open.close();
  });

  it('gives the parts of a struct as columns', async () => {
    const path = await written(`SELECT {'b': 1, 'c "d"': {'e': 'x'}} AS a, 2 AS "a.b."`);
    expect(await readColumns(parquetFile(path))).toEqual({ 'a.b': [1], 'a.c "d".e': ['x'], 'a.b.': [2] });
  });

  it('names a column that nothing can be learned from when it is asked for', async () => {
    const path = await written(
      "SELECT 1 AS a, MAP {'x': 1} AS b, [DATE '2024-05-31'] AS c UNION ALL SELECT 2, MAP {}, []",
    );
    const open = await parquetFile(path).open();
    expect((await open.read(0, 2, [0]))?.rows).toBe(2);
    await expect(open.read(0, 2, [0, 1])).rejects.toThrow(
      `${path}, column 'b': expected numbers, booleans, dates, words or lists of numbers or words, got MAP(VARCHAR, INTEGER)`,
    );
    await expect(open.read(0, 2, [2])).rejects.toThrow("column 'c': expected numbers");
    await open.close();
  });

  it('says when there is no such file, or it is none of Parquet', async () => {
    await expect(parquetFile('/nowhere/a.parquet').open()).rejects.toThrow(
      '/nowhere/a.parquet: cannot open the file',
    );
  });

  it.each<[string, (whole: Buffer) => Uint8Array | string, string]>([
    ['that is empty', () => '', 'expected a Parquet file, which begins with PAR1, got an empty file'],
    [
      'of another kind',
      () => 'a,b\n1,2\n',
      'begins with PAR1, got a file of another kind; write it again, or name it',
    ],
    ['that is cut off', (whole) => whole.subarray(0, -9), 'expected PAR1 at the end'],
    ['of a mark alone', () => 'PAR1', 'expected PAR1 at the end'],
    [
      'whose footer is longer than the file',
      (whole) => Buffer.concat([whole.subarray(0, -8), Buffer.from([0, 0, 0, 1]), whole.subarray(-4)]),
      'got one of 16777216: the file is damaged; copy or write it again',
    ],
    [
      'whose footer is damaged',
      (whole) => Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(whole.length, 7), whole.subarray(-8)]),
      'DuckDB refuses it: ',
    ],
  ])('refuses a file %s, and says what to do', async (_, damaged, message) => {
    const path = await written('SELECT 1 AS a');
    await writeFile(path, damaged(await readFile(path)));
    const error = await parquetFile(path)
      .open()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataError);
    const { message: text } = error as DataError;
    expect(text).toContain(`${path}: `);
    expect(text).toContain(message);
    expect(text).toMatch(/; [^;]*write[^;]*$/);
    expect(text).not.toMatch(/\n|LINE|SELECT/);
  });

  it('takes a path for no pattern', async () => {
    const folder = await temporaryFolder();
    await runSql(
      `COPY (SELECT 1 AS a) TO '${folder}/a[1]*.parquet' (FORMAT parquet)`,
      `COPY (SELECT 2 AS a) TO '${folder}/a1.parquet' (FORMAT parquet)`,
    );
    expect(await readColumns(parquetFile(join(folder, 'a[1]*.parquet')))).toEqual({ a: [1] });
  });

  it('refuses a file that is replaced while it is read', async () => {
    const path = await written('SELECT range AS a FROM range(10)');
    const open = await parquetFile(path).open();
    await writeFile(path, await readFile(await written('SELECT -range AS a FROM range(10)')));
    await expect(open.read(0, 5, [0])).rejects.toThrow('it has been written to; open it again');
    await open.close();
  });

  it('stops when the signal aborts', async () => {
    const stop = new AbortController();
    const open = await parquetFile(await written('SELECT 1 AS a')).open(stop.signal);
    stop.abort();
    await expect(open.read(0, 1, [0])).rejects.toThrow('aborted');
    await open.close();
  });

  it('is one of the files that a folder has', async () => {
    const folder = await temporaryFolder();
    await runSql(`COPY (SELECT 1.0::DOUBLE AS a) TO '${folder}/1.parquet' (FORMAT parquet)`);
    await runSql(`COPY (SELECT 2.0::DOUBLE AS a) TO '${folder}/2' (FORMAT parquet)`);
    await writeFile(join(folder, '3.csv'), 'a\n3\n');
    const source = files(folder, (path) => openByName(path, { parquet: parquetFile }));
    expect(await readColumns(source)).toEqual({ a: [1, 2, 3] });
  });
});

describe('rows of Parquet', () => {
  const query =
    "SELECT range AS n, range / 7 AS x, CASE WHEN range % 5 > 0 THEN 'w' || range END AS w FROM range(9000)";

  it.each(['', ', ROW_GROUP_SIZE 2048', ", CODEC 'zstd', ROW_GROUP_SIZE 2048"])(
    'are the same in any order, of any columns%s',
    async (options) => {
      const open = await parquetFile(await written(query, options)).open();
      expect(await open.countRows?.()).toBe(9000);
      const all = await readRows(open, 0, 9000, 4000);
      expect(all.x?.[8999]).toBe(8999 / 7);
      await fc.assert(
        fc.asyncProperty(fc.nat(9010), fc.integer({ min: 1, max: 3000 }), async (from, count) => {
          const part = (name: string): unknown[] | undefined => all[name]?.slice(from, from + count);
          expect(await readRows(open, from, from + count, 999)).toEqual({
            n: part('n'),
            x: part('x'),
            w: part('w'),
          });
        }),
        { numRuns: 15 },
      );
      await open.close();
    },
  );

  it('are those of the same table as CSV', async () => {
    const folder = await temporaryFolder();
    const doubles = `SELECT n::DOUBLE AS n, x, w FROM (${query})`;
    await runSql(
      `COPY (${doubles}) TO '${folder}/a.parquet' (FORMAT parquet)`,
      `COPY (${doubles}) TO '${folder}/a.csv' (FORMAT csv)`,
    );
    const parquet = await readColumns(parquetFile(join(folder, 'a.parquet')));
    expect(await readColumns(csvFile(join(folder, 'a.csv')))).toEqual(parquet);
  });

  it('are all there: three million flights', async () => {
    const path = fileURLToPath(
      new URL('../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
    );
    const open = await parquetFile(path).open();
    expect(await open.countRows?.()).toBe(3_000_000);
    const names = open.schema.fields.map(({ name }) => name);
    expect(names).toEqual(['date', 'delay', 'distance', 'origin', 'destination']);
    const late = await readRows(open, 2_999_990, 3_000_010, 100);
    expect(late.origin).toHaveLength(10);
    const block = await open.read(1_234_567, 8192, [1, 3]);
    expect(block?.rows).toBe(8192);
    await open.close();
  });
});

describe('rows of Parquet that no encoder takes', () => {
  it('are left out where that is asked for', async () => {
    const path = await written("SELECT if(range = 7, 'inf'::DOUBLE, range::DOUBLE) AS n FROM range(500)");
    const source = parquetFile(path, { onBadRow: 'skip' });
    const { n } = await readColumns(source);
    expect(n).toEqual(Array.from({ length: 500 }, (_, i) => i).filter((i) => i !== 7));
  });
});

describe('damaged Parquet', () => {
  it('is read or refused with a DataError, and ends', async () => {
    const path = await written("SELECT range AS n, 'w' || range AS w FROM range(500)");
    const whole = await readFile(path);
    let refused = 0;
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.nat(255),
      cut: fc.option(fc.nat(whole.length - 1), { freq: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, byte, cut }) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        await writeFile(path, cut === null ? bytes : bytes.subarray(0, cut));
        try {
          await readColumns(parquetFile(path));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          refused++;
        }
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(30);
  }, 180_000);
});
