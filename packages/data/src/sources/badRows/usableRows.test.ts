import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { type Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../test/collect.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { fitEncoder } from '../../encode/fitting/fitEncoder.js';
import { holdOut } from '../../order/holdOut.js';
import { arrowFile } from '../arrow/arrowFile.js';
import { arrowStream } from '../arrow/arrowStream.js';
import { csvFile } from '../csv/csvFile.js';
import { files } from '../files.js';
import { jsonLinesFile } from '../jsonLines/jsonLinesFile.js';
import { recordBatches } from '../recordBatches.js';
import type { Source } from '../source.js';
import { usableRows } from './usableRows.js';

interface Row {
  readonly x: number;
  readonly word: string;
  readonly label: string;
}

const good = (i: number): Row => ({
  x: ((i * 7919) % 1000) / 8,
  word: ['red', 'green', 'blue'][i % 3] as string,
  label: ['yes', 'no'][(i >> 1) % 2] as string,
});
/** A class that the encoder does not know, and an infinity. */
const bad: readonly Row[] = [
  { ...good(0), label: 'perhaps' },
  { ...good(1), x: Number.POSITIVE_INFINITY },
];

const tableOf = (rows: readonly Row[]): Table =>
  tableFromArrays({
    x: Float64Array.from(rows, ({ x }) => x),
    word: rows.map(({ word }) => word),
    label: rows.map(({ label }) => label),
  });
const csvOf = (rows: readonly Row[]): string =>
  `x,word,label\n${rows.map(({ x, word, label }) => `${x === Number.POSITIVE_INFINITY ? 'inf' : x},${word},${label}\n`).join('')}`;
const jsonOf = (rows: readonly Row[]): string =>
  rows.map((row) => `${JSON.stringify(row).replace('null', '1e999')}\n`).join('');

/** A source of rows in each format. */
const formats: Readonly<Record<string, (path: string, rows: readonly Row[]) => Promise<Source>>> = {
  Arrow: async (path, rows) => {
    await writeFile(path, tableToIPC(tableOf(rows), 'file'));
    return arrowFile(path);
  },
  CSV: async (path, rows) => {
    await writeFile(path, csvOf(rows));
    return csvFile(path);
  },
  'two CSV files': async (path, rows) => {
    const half = rows.length >> 1;
    await writeFile(`${path}1`, csvOf(rows.slice(0, half)));
    await writeFile(`${path}2`, csvOf(rows.slice(half)));
    return files([`${path}1`, `${path}2`]);
  },
  'JSON lines': async (path, rows) => {
    await writeFile(path, jsonOf(rows));
    return jsonLinesFile(path);
  },
  'an Arrow stream': async (_, rows) => {
    const bytes = tableToIPC(tableOf(rows), 'stream');
    return arrowStream(async function* () {
      yield bytes;
    });
  },
  'record batches': async (_, rows) =>
    recordBatches(
      (async function* () {
        yield* tableOf(rows).batches;
      })(),
    ),
};

const clean = Array.from({ length: 3000 }, (_, i) => good(i));

describe('usableRows', () => {
  it.each(Object.entries(formats))(
    'leaves out what the encoder refuses, as if it had never been there: %s',
    async (name, sourceOf) => {
      const path = join(await temporaryFolder(), 'table');
      const encoder = await fitEncoder(await sourceOf(path, clean), { target: 'label' });
      const shuffle = name === 'record batches' || name === 'an Arrow stream' ? { window: 256 } : true;
      const options = { encoder, shuffle, batchSize: 13, seed: 3, rows: holdOut(0.2).training };
      const expected = await collect(await sourceOf(path, clean), options);
      const places = fc.array(fc.record({ at: fc.nat(clean.length), row: fc.constantFrom(...bad) }), {
        minLength: 1,
        maxLength: 20,
      });
      await fc.assert(
        fc.asyncProperty(places, async (spoilers) => {
          const rows = [...clean];
          for (const { at, row } of spoilers) rows.splice(at, 0, row);
          const source = usableRows(await sourceOf(path, rows), { onBadRow: 'skip', examples: { encoder } });
          expect(await collect(source, options)).toEqual(expected);
        }),
        { numRuns: 5 },
      );
    },
  );

  it('says where a row was among all, and how many are left out', async () => {
    const path = join(await temporaryFolder(), 'table');
    const encoder = await fitEncoder(await (formats.CSV as (typeof formats)[string])(path, clean), {
      target: 'label',
    });
    const lines = csvOf([good(0), ...bad, good(1), good(2)]).split('\n');
    lines.splice(2, 0, 'too,many,cells,here');
    await writeFile(path, lines.join('\n'));
    const source = usableRows(csvFile(path, { onBadRow: 'skip', maxBadShare: 1 }), {
      onBadRow: 'skip',
      maxBadShare: 1,
      examples: { encoder },
    });
    const open = await source.open();
    expect(open.badRows).toBe(3);
    expect(await open.countRows?.()).toBe(3);
    expect([0, 1, 2].map((row) => open.locate?.(row))).toEqual([
      { file: path, row: 0, line: 2 },
      { file: path, row: 3, line: 6 },
      { file: path, row: 4, line: 7 },
    ]);
    await open.close();
  });

  it('writes down each row with its values and what is wrong with it, whatever the format', async () => {
    for (const name of ['Arrow', 'CSV', 'an Arrow stream'] as const) {
      const folder = await temporaryFolder();
      const path = join(folder, 'table');
      const sourceOf = formats[name] as (typeof formats)[string];
      const encoder = await fitEncoder(await sourceOf(path, clean), { target: 'label' });
      const quarantineFile = join(folder, 'bad.jsonl');
      const source = usableRows(await sourceOf(path, [...clean, ...bad]), {
        onBadRow: 'quarantine',
        quarantineFile,
        examples: { encoder },
      });
      await collect(source, { encoder });
      const kept = (await readFile(quarantineFile, 'utf8')).trim().split('\n');
      expect(kept.map((line) => JSON.parse(line))).toMatchObject([
        {
          row: 3000,
          column: 'label',
          reason: expect.stringContaining("expected one of no, yes, got 'perhaps'"),
          values: { x: 0, word: 'red', label: 'perhaps' },
        },
        {
          row: 3001,
          column: 'x',
          reason: expect.stringContaining('expected a finite number, got Infinity'),
          values: { x: 'Infinity', word: 'green', label: 'yes' },
        },
      ]);
    }
  });

  it('leaves out what no encoder takes, before there is one: infinities, and what is not UTF-8', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'table.arrow');
    const rows = [...clean, bad[1] as Row, { ...good(5), word: 'spoilt' }];
    const bytes = Buffer.from(tableToIPC(tableOf(rows), 'file'));
    bytes[bytes.indexOf('spoilt')] = 0xff;
    await writeFile(path, bytes);
    await expect(fitEncoder(arrowFile(path), { target: 'label' })).rejects.toThrow(DataError);
    const source = usableRows(arrowFile(path), { onBadRow: 'quarantine' });
    const encoder = await fitEncoder(source, { target: 'label' });
    expect((await collect(source, { encoder })).length).toBe(clean.length);
    expect((await readdir(folder)).sort()).toEqual(['_refused-rows.table.arrow.jsonl', 'table.arrow']);
  });

  it.each(['Arrow', 'an Arrow stream'])('is an error where they are too many: %s', async (name) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'table');
    const sourceOf = formats[name] as (typeof formats)[string];
    const encoder = await fitEncoder(await sourceOf(path, clean), { target: 'label' });
    const rows = clean.flatMap((row, i) => (i % 50 === 0 ? [row, ...bad] : [row]));
    const source = usableRows(await sourceOf(path, rows), {
      onBadRow: 'quarantine',
      quarantineFile: join(folder, 'bad.jsonl'),
      examples: { encoder },
    });
    await expect(collect(source, { encoder })).rejects.toThrow(
      /expected bad rows to be at most a share of 0.01, got \d+ among \d+; correct the file, or raise maxBadShare; the first: expected one of/,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('bad'))).toEqual([]);
  });

  it('ends at once with what is wrong with a whole column', async () => {
    const path = join(await temporaryFolder(), 'table');
    const sourceOf = formats.Arrow as (typeof formats)[string];
    const encoder = await fitEncoder(await sourceOf(path, clean), { target: 'label' });
    await writeFile(path, tableToIPC(tableFromArrays({ x: [1, 2], word: ['a', 'b'] }), 'file'));
    const source = usableRows(arrowFile(path), { onBadRow: 'skip', maxBadShare: 1, examples: { encoder } });
    await expect(source.open()).rejects.toThrow('expected this column, which the model was fitted on');
  });
});
