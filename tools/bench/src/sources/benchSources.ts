import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { arrowFile, arrowStream, csvFile, jsonLinesFile, recordBatches, type Source } from '@fluxion/data';
import { duckdb, parquetFile } from '@fluxion/duckdb';
import { random } from '@fluxion/tensor';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { parse } from 'csv-parse';
import { fluxionCommand } from '../fluxionCommand.js';
import { median } from '../measuring/median.js';
import { markdownTable } from '../pages/markdownTable.js';

const ROWS = 800_000;
const COLUMNS = 10;
const ROUNDS = 3;
/** csv-parse is given so many bytes. */
const FEW = 2 ** 24;

/**
 * Reads a table of ten numbers, a word, a date and a label from each source: how fast the one look at the whole file is, and how fast
 * the ten numbers and the label come as typed arrays, first row to last, by the time that processors are at work; medians of three
 * rounds. Beside them csv-parse, which gives arrays of strings, and what can be had at most of text: all bytes read, and each
 * looked at once.
 */
export async function benchSources(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const csv = join(folder, 'table.csv');
    const lines: (string | undefined)[][] = [];
    for (const [name, path, source] of await sources(folder, csv)) {
      const { size } = await stat(path);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await secondsOf(source()));
      const read = median(rounds.map(({ read }) => read));
      const look = median(rounds.map(({ look }) => look));
      lines.push([
        name,
        megabytes(size),
        perSecond(size, look),
        perSecond(size, read),
        rowsPerSecond(ROWS, read),
      ]);
      console.log(lines.at(-1)?.join(' | '));
    }
    const { size } = await stat(csv);
    const bytes = await secondsOfBytes(csv);
    lines.push(['CSV, each byte looked at', megabytes(size), undefined, perSecond(size, bytes), undefined]);
    const start = processorTime();
    let rows = 0;
    for await (const _ of createReadStream(csv, { end: FEW }).pipe(parse({ relax_column_count: true })))
      rows++;
    const parsed = processorTime() - start;
    lines.push([
      'csv-parse, strings',
      megabytes(FEW),
      undefined,
      perSecond(FEW, parsed),
      rowsPerSecond(rows, parsed),
    ]);
    return `${ROWS.toLocaleString('en')} rows of ten numbers, a word, a date and a label; the ten numbers and the label are read, by one thread's
time. *One look* is what opening a text takes, which finds its rows; MB are those of the file.

${markdownTable(['source', 'MB', 'one look, MB/s', 'numbers, MB/s', 'rows/s'], lines)}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same rows from each source, with the file that they are in. */
async function sources(
  folder: string,
  csv: string,
): Promise<readonly (readonly [name: string, path: string, source: () => Source])[]> {
  const [json, packed, arrow, stream, parquet] = [
    'table.jsonl',
    'table.csv.gz',
    'table.arrow',
    'table.arrows',
    'table.parquet',
  ].map((name) => join(folder, name)) as [string, string, string, string, string];
  await writeTables(csv, json);
  await pipeline(createReadStream(csv), createGzip({ level: 1 }), createWriteStream(packed));
  for (const path of [arrow, parquet]) fluxionCommand('convert', csv, path);
  const table = tableFromIPC(await readFile(arrow));
  await writeFile(stream, tableToIPC(table, 'stream'));
  return [
    ['csvFile', csv, () => csvFile(csv)],
    ['csvFile, gzip', packed, () => csvFile(packed)],
    ['jsonLinesFile', json, () => jsonLinesFile(json)],
    ['arrowFile', arrow, () => arrowFile(arrow)],
    ['arrowStream', stream, () => arrowStream(() => createReadStream(stream))],
    ['recordBatches, in memory', arrow, () => recordBatches(() => Readable.from(table.batches))],
    ['parquetFile', parquet, () => parquetFile(parquet)],
    ['duckdb, of the Parquet file', parquet, () => duckdb(`SELECT * FROM '${parquet}'`)],
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function perSecond(bytes: number, seconds: number): string {
  return (bytes / 1e6 / seconds).toFixed(0);
}

function rowsPerSecond(rows: number, seconds: number): string {
  return Math.round(rows / seconds).toLocaleString('en');
}

/** Seconds that processors have been at work for this process: others may be at work too. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Reads a file and counts its commas. */
async function secondsOfBytes(path: string): Promise<number> {
  const start = processorTime();
  let commas = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes: Uint8Array = piece;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x2c) commas++;
  }
  if (commas < ROWS) throw new Error(`expected commas in each of ${ROWS} rows, got ${commas}`);
  return processorTime() - start;
}

async function secondsOf(source: Source): Promise<{ readonly look: number; readonly read: number }> {
  const start = processorTime();
  const opened = await source.open();
  const looked = processorTime();
  try {
    const fields = opened.schema.fields.flatMap(({ name }, i) => (/^x|label/.test(name) ? [i] : []));
    for (let row = 0; ; ) {
      const block = await opened.read(row, 65_536, fields);
      if (block === undefined) break;
      row += block.rows;
      block.release?.();
    }
    return { look: looked - start, read: processorTime() - looked };
  } finally {
    await opened.close();
  }
}

/** Writes the same rows in both forms. */
async function writeTables(csv: string, json: string): Promise<void> {
  const numbers = random(1, 'bench data');
  const values = new Float64Array(COLUMNS);
  const [toCsv, toJson] = [await open(csv, 'w'), await open(json, 'w')];
  const names = Array.from({ length: COLUMNS }, (_, i) => `x${i}`);
  const words = ['red', 'green', 'blue', 'a longer word'];
  await toCsv.appendFile(`${names.join(',')},word,date,label\n`);
  for (let first = 0; first < ROWS; first += 10_000) {
    let [csvText, jsonText] = ['', ''];
    for (let row = first; row < first + 10_000; row++) {
      numbers.fillFor(row, values);
      const rounded = [...values].map((value) => Number((4 * value - 2).toFixed(6)));
      const word = words[row % words.length] as string;
      const date = `2024-01-${10 + (row % 20)}`;
      csvText += `${rounded.join(',')},${word},${date},${row % 10}\n`;
      const object = Object.fromEntries(names.map((name, i) => [name, rounded[i]]));
      jsonText += `${JSON.stringify({ ...object, word, date, label: row % 10 })}\n`;
    }
    await toCsv.appendFile(csvText);
    await toJson.appendFile(jsonText);
  }
  await Promise.all([toCsv.close(), toJson.close()]);
}
