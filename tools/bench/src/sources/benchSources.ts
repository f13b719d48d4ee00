import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvFile, jsonLinesFile, type Source } from '@fluxion/data';
import { random } from '@fluxion/tensor';
import { parse } from 'csv-parse';
import { markdownTable } from '../markdownTable.js';
import { median } from '../median.js';
import { thisMachine } from '../thisMachine.js';

const ROWS = 800_000;
const COLUMNS = 10;
const ROUNDS = 3;
/** csv-parse is given so many bytes. */
const FEW = 2 ** 24;

/**
 * Reads a table of ten numbers, a word, a date and a label as CSV and as JSON lines: how fast the one look at the whole file
 * is, and how fast the ten numbers and the label come as typed arrays, first row to last, by the time that processors are at
 * work; medians of three rounds. Beside it csv-parse, which gives arrays of strings, and what can be had at most: all bytes
 * read, and each looked at once.
 */
export async function benchSources(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const csv = join(folder, 'table.csv');
    const json = join(folder, 'table.jsonl');
    await writeTables(csv, json);
    const lines: (string | undefined)[][] = [];
    for (const [name, path, source] of [
      ['csvFile', csv, csvFile],
      ['jsonLinesFile', json, jsonLinesFile],
    ] as const) {
      const { size } = await stat(path);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await secondsOf(source(path)));
      const speed = (seconds: readonly number[]): string => (size / 1e6 / median(seconds)).toFixed(0);
      lines.push([name, speed(rounds.map(({ look }) => look)), speed(rounds.map(({ read }) => read))]);
    }
    const bytes = await secondsOfBytes(csv);
    const { size } = await stat(csv);
    lines.push(['bytes, each looked at', undefined, (size / 1e6 / bytes).toFixed(0)]);
    const start = processorTime();
    let rows = 0;
    for await (const _ of createReadStream(csv, { end: FEW }).pipe(parse({ relax_column_count: true })))
      rows++;
    lines.push(['csv-parse, strings', undefined, (FEW / 1e6 / (processorTime() - start)).toFixed(0)]);
    return `${thisMachine()}. ${ROWS.toLocaleString('en')} rows, of csv-parse ${rows.toLocaleString('en')}.\n\n${markdownTable(['MB/s', 'one look', 'numbers'], lines)}`;
  } finally {
    await rm(folder, { recursive: true });
  }
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
