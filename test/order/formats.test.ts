import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  arrowFile,
  arrowTable,
  csvFile,
  fitEncoder,
  jsonLinesFile,
  type ReadOptions,
  type Source,
} from '@fluxion/data';
import { parquetFile } from '@fluxion/duckdb';
import { linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { examples, train } from '@fluxion/pipeline';
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressedFile } from './compressedFile.js';

const ROWS = 3000;

/** A table of words, numbers and gaps; what stands in a row is a function of its number. */
const rows = Array.from({ length: ROWS }, (_, row) => ({
  age: row % 11 === 3 ? null : 20 + ((row * 7919) % 600) / 10,
  city: ['Paris', 'Rome', 'Oslo, N', 'a "b"'][(row * 31) % 4] as string,
  visits: (row * row) % 977,
  buys: ((row * 7919) % 600) / 10 + ((row * 31) % 4) * 9 > 40 ? 'yes' : 'no',
}));

function table(batch: number): Table {
  const whole = new Table({
    age: vectorFromArray(rows.map(({ age }) => age)),
    city: vectorFromArray(
      rows.map(({ city }) => city),
      new Utf8(),
    ),
    visits: vectorFromArray(Float64Array.from(rows, ({ visits }) => visits)),
    buys: vectorFromArray(
      rows.map(({ buys }) => buys),
      new Utf8(),
    ),
  });
  const batches = [];
  for (let from = 0; from < ROWS; from += batch) batches.push(...whole.slice(from, from + batch).batches);
  return new Table(batches);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stored(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const quoted = (cell: string | number | null): string =>
  typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell ?? '');
const csv = `age,city,visits,buys\n${rows.map((row) => Object.values(row).map(quoted).join(',')).join('\n')}\n`;

const stores: Record<string, () => Promise<Source>> = {
  'a table in memory': async () => arrowTable(table(ROWS)),
  'Arrow in batches of one row': async () => arrowFile(await stored('1.arrow', tableToIPC(table(1), 'file'))),
  'Arrow in batches of 1,000 rows': async () =>
    arrowFile(await stored('1000.arrow', tableToIPC(table(1000), 'file'))),
  'Arrow in batches of 1,000 rows, compressed': async () =>
    arrowFile(await stored('lz4.arrow', compressedFile(table(1000), 'lz4'))),
  'Arrow in one batch': async () => arrowFile(await stored('all.arrow', tableToIPC(table(ROWS), 'file'))),
  CSV: async () => csvFile(await stored('table.csv', csv)),
  'compressed CSV': async () => csvFile(await stored('table.csv.gz', gzipSync(csv))),
  'JSON lines': async () =>
    jsonLinesFile(await stored('table.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))),
  Parquet: async () => {
    const path = join(folder, 'table.parquet');
    await query(
      `COPY (SELECT age::DOUBLE AS age, city, visits::DOUBLE AS visits, buys FROM read_csv('${await stored('parquet.csv', csv)}'))
      TO '${path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`,
    );
    return parquetFile(path);
  },
};

/** Has DuckDB do something. */
async function query(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** More rows than a record batch usually has. */
const MANY_ROWS = 70_000;
const numbers = Float64Array.from({ length: MANY_ROWS }, (_, row) => ((row * 7919) % 10_007) / 100);
const groups = Uint8Array.from(numbers, (_, row) => Math.floor(row / 5000) % 3);

function longTable(batch: number): Table {
  const whole = new Table({ x: vectorFromArray(numbers), group: vectorFromArray(groups) });
  const batches = [];
  for (let from = 0; from < MANY_ROWS; from += batch)
    batches.push(...whole.slice(from, from + batch).batches);
  return new Table(batches);
}

const longCsv = (): string =>
  `x,group\n${Array.from(numbers, (x, row) => `${x},${groups[row]}`).join('\n')}\n`;

const longStores: Record<string, () => Promise<Source>> = {
  'Arrow in batches of 65,536 rows': async () =>
    arrowFile(await stored('65536.arrow', tableToIPC(longTable(65_536), 'file'))),
  'Arrow in batches of 65,536 rows, lz4': async () =>
    arrowFile(await stored('65536-lz4.arrow', compressedFile(longTable(65_536), 'lz4'))),
  'Arrow in batches of 65,536 rows, zstd': async () =>
    arrowFile(await stored('65536-zstd.arrow', compressedFile(longTable(65_536), 'zstd'))),
  'CSV, zstd': async () => {
    const path = join(folder, 'long.csv.zst');
    await query(
      `COPY (SELECT * FROM read_csv('${await stored('long.csv', longCsv())}', all_varchar = true))
      TO '${path}' (FORMAT csv, COMPRESSION zstd)`,
    );
    return csvFile(path);
  },
};

/** Trains on a source, and hashes the order of its examples and the weights that they leave. */
async function trained(
  source: Source,
  target = 'buys',
  read: Pick<ReadOptions, 'epochs' | 'shuffle' | 'batchSize'> = {
    epochs: 2,
    shuffle: { window: 1024, run: 64 },
    batchSize: 3,
  },
): Promise<{ readonly order: string; readonly weights: string }> {
  const encoder = await fitEncoder(source, { target });
  const model = sequential([linear(8), relu(), linear(encoder.classes.length)], { encoder, seed: 1 });
  const order = createHash('sha256');
  await examples(source, { encoder, seed: 7, ...read })
    .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.05 }) }))
    .forEach(({ loss }) => void order.update(new Float64Array([loss])));
  const weights = createHash('sha256');
  for (const parameter of model.parameters) weights.update(model.valueOf(parameter).data);
  return { order: order.digest('hex'), weights: weights.digest('hex') };
}

describe('one table in several formats', () => {
  it.each(Object.keys(stores))('trains the same model to the last bit: %s', async (name) => {
    const reference = await trained(arrowTable(table(700)));
    expect(await trained(await (stores[name] as () => Promise<Source>)())).toEqual(reference);
  });
});

describe('a table of more than 65,536 rows in several formats', () => {
  it.each(Object.keys(longStores))('trains the same model to the last bit: %s', async (name) => {
    const read = { epochs: 1, shuffle: true, batchSize: 256 };
    const reference = await trained(arrowTable(longTable(1000)), 'group', read);
    const source = await (longStores[name] as () => Promise<Source>)();
    expect(await trained(source, 'group', read)).toEqual(reference);
  });
});
