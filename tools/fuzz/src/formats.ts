import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadModel, openSafetensors, saveModel } from '@fluxion/checkpoint';
import {
  arrowFile,
  arrowStream,
  csvFile,
  fitEncoder,
  jsonLinesFile,
  openExamples,
  restoreEncoder,
  type Source,
} from '@fluxion/data';
import { parquetFile } from '@fluxion/duckdb';
import { boxes, linear, relu, sequential } from '@fluxion/layers';

/** A format of files. */
export interface Format {
  /** A whole file, by its parts. */
  files(folder: string): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Reads one of a folder to the end, and says what was in it. */
  read(folder: string): Promise<unknown>;
  /** Whether checksums tell all damage: what is read at all is what was written. */
  readonly isChecked?: boolean;
}

const ROWS = 300;
const rows = Array.from({ length: ROWS }, (_, i) => ({
  number: ((i * 7919) % 1000) / 8,
  word: ['red', 'green', 'a "blue", long one', 'ü'][i % 4] as string,
  date: `2024-05-${10 + (i % 20)}`,
  label: ['yes', 'no'][((i * 31) >> 2) % 2] as string,
}));
const csv = Buffer.from(
  `number,word,date,label\n${rows.map(({ number, word, date, label }) => `${number},"${word.replaceAll('"', '""')}",${date},${label}\n`).join('')}`,
);
const json = Buffer.from(
  rows.map((row) => `${JSON.stringify({ ...row, more: { list: [row.number, 1] } })}\n`).join(''),
);

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

async function parquet(folder: string): Promise<Uint8Array> {
  const [table, path] = [join(folder, 'table.csv'), join(folder, 'table.parquet')];
  await writeFile(table, csv);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (FROM read_csv('${table}')) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return readFile(path);
}

/** The files of a model with an encoder of this table. */
async function model(folder: string): Promise<Record<string, Uint8Array>> {
  const table = join(folder, 'table.csv');
  await writeFile(table, csv);
  const encoder = await fitEncoder(csvFile(table), { target: 'label' });
  const saved = join(folder, 'model');
  await saveModel(saved, sequential([linear(4), relu(), linear(2)], { encoder, seed: 1 }));
  const names = await readdir(saved);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(saved, name))])),
  );
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
  Parquet: {
    files: async (folder) => ({ data: await parquet(folder) }),
    read: (folder) => rowsOf(parquetFile(join(folder, 'data')), 'label'),
  },
  safetensors: {
    files: async (folder) => ({ data: (await model(folder))['weights.safetensors'] as Uint8Array }),
    read: async (folder) => {
      const file = await openSafetensors(join(folder, 'data'));
      try {
        const tensors: unknown[] = [];
        for (const name of file.entries.keys()) tensors.push((await file.read(name)).data);
        return tensors;
      } finally {
        await file.close();
      }
    },
  },
  'model folder': {
    files: model,
    isChecked: true,
    read: async (folder) => {
      const { model } = await loadModel(folder, { definitions: boxes, restoreEncoder });
      return model.parameters.map((parameter) => [...model.valueOf(parameter).data]);
    },
  },
};

/** Writes the files of a format into a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}
