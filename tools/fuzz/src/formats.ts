import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  arrowFile,
  arrowStream,
  csvFile,
  fitEncoder,
  jsonLinesFile,
  openExamples,
  type Source,
} from '@fluxion/data';
import { parquetFile, writeParquet } from '@fluxion/duckdb';
import type { Format } from './format.js';
import { modelFormats } from './modelFormats.js';
import { csv, json } from './table.js';

const fixture = (name: string): Promise<Buffer> =>
  readFile(fileURLToPath(new URL(`../../../packages/data/test/fixtures/${name}`, import.meta.url)));

/** Reads all rows as somebody who trains on them does. */
async function rowsOf(source: Source, target: string | undefined): Promise<unknown> {
  const encoder = await fitEncoder(source, target === undefined ? {} : { target });
  const reader = await openExamples(source, { encoder, shuffle: source.once !== true, batchSize: 7 });
  const read: unknown[] = [];
  while (await reader.advance()) {
    for (let some = reader.next(); some !== undefined; some = reader.next()) {
      for (const { data } of Object.values({ ...some.inputs, ...some.targets }))
        read.push(...(data as Iterable<number>));
    }
  }
  return read;
}

/** A format of one file that is read as rows. */
function ofRows(
  bytes: () => Promise<Uint8Array> | Uint8Array,
  source: (path: string) => Source,
  target?: string,
): Format {
  return {
    files: async () => ({ data: await bytes() }),
    read: (folder) => rowsOf(source(join(folder, 'data')), target),
  };
}

const stream = (path: string): Source => arrowStream(() => createReadStream(path), path);

/** Whether what reads Parquet is installed. */
const hasDuckdb = (): Promise<boolean> =>
  import('@duckdb/node-api').then(
    () => true,
    () => false,
  );

async function parquet(folder: string): Promise<Uint8Array> {
  const [table, path] = [join(folder, 'table.csv'), join(folder, 'table.parquet')];
  await writeFile(table, csv);
  await writeParquet(path, csvFile(table));
  return readFile(path);
}

/** The formats, by name. */
export const formats: Readonly<Record<string, Format>> = {
  CSV: ofRows(() => csv, csvFile, 'label'),
  'JSON lines': ofRows(() => json, jsonLinesFile, 'label'),
  'Arrow file': ofRows(() => fixture('polars.arrow'), arrowFile),
  'Arrow file of all types': ofRows(() => fixture('types.arrow'), arrowFile, 'category'),
  'Arrow stream': ofRows(() => fixture('types.arrows'), stream, 'class'),
  'Arrow file, lz4': ofRows(() => fixture('lz4.arrow'), arrowFile),
  'Arrow stream, lz4': ofRows(() => fixture('lz4.arrows'), stream),
  'Arrow file, zstd': ofRows(() => fixture('zstdLong.arrow'), arrowFile),
  gzip: { ...ofRows(() => gzipSync(csv), csvFile, 'label'), isChecked: true },
  zstd: { ...ofRows(() => fixture('table.csv.zst'), csvFile), isChecked: true },
  ...((await hasDuckdb()) && {
    Parquet: {
      files: async (folder: string) => ({ data: await parquet(folder) }),
      read: (folder: string) => rowsOf(parquetFile(join(folder, 'data')), 'label'),
    },
  }),
  ...modelFormats,
};
