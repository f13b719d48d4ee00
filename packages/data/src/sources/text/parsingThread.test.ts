import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { type Data, makeVector } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { csvFile } from '../csv/csvFile.js';
import { csvFormat } from '../csv/csvFormat.js';
import { NULLS, NullWords } from '../csv/nullWords.js';
import { jsonFormat } from '../jsonLines/jsonFormat.js';
import { BadRows } from './badRows.js';
import { ParsingThread } from './parsingThread.js';
import { scanText } from './scanText.js';
import { openText } from './textFile.js';
import type { TextFormat } from './textFormat.js';
import { type TextLayout, TextRows } from './textRows.js';

const csv = csvFormat({
  separator: undefined,
  header: undefined,
  nulls: new NullWords(NULLS),
  kinds: new Map(),
});

const csvText = `n,w,b,d\n${Array.from({ length: 9000 }, (_, i) => `${i % 5 === 0 ? '' : i / 8},"w""${i}",${i % 3 === 0},2026-01-0${1 + (i % 9)}\n`).join('')}`;
const jsonText = Array.from(
  { length: 3000 },
  (_, i) =>
    `${JSON.stringify({ n: i, list: [i, -i], words: i % 2 === 0 ? ['a', `${i}`] : [], gap: i % 4 === 0 ? null : 'x' })}\n`,
).join('');

describe('a parsing thread', () => {
  it.each([
    ['CSV', csvText, csv, 9000],
    ['JSON lines', jsonText, jsonFormat(new Map()), 3000],
  ])('reads the rows of %s that this thread reads', async (_, text, format, count) => {
    const { layout, schema, file, thread } = await started(text, format);
    const fields = schema.fields.map((_, i) => i).reverse();
    const here = new TextRows(layout, file.at);
    await ready(thread);
    for (const from of [0, 17, count - 5, 1000]) {
      const expected = await here.read(from, 900, fields);
      const block = await thread.read(from, 900, fields);
      expect(block?.rows).toBe(expected?.rows);
      expect(block?.isLast).toBe(expected?.isLast);
      expect(block?.columns.map(values)).toEqual(expected?.columns.map(values));
    }
    await thread.close();
    await file.close();
  });

  it('answers nothing when rows cannot be read, or it has ended', async () => {
    const { file, thread, path } = await started(csvText, csv);
    await ready(thread);
    await truncate(path, 100);
    expect(await thread.read(8000, 10, [0])).toBeUndefined();
    await thread.close();
    expect(thread.isReady).toBe(false);
    await file.close();
  });

  it('parses a large file, whose change is found out as that of a small one', async () => {
    const path = join(await temporaryFolder(), 'large.csv');
    const row = `${'0.125,'.repeat(100)}1\n`;
    await writeFile(path, `${Array.from({ length: 101 }, (_, i) => `c${i}`).join()}\n${row.repeat(30_000)}`);
    const rows = await csvFile(path).open();
    const read = async (from: number): Promise<number> => {
      const block = await rows.read(from, 1000, [100, 3]);
      expect(block?.columns.map((data) => makeVector(data).get(0))).toEqual([1, 0.125]);
      return (block as { rows: number }).rows;
    };
    let from = 0;
    while (from < 30_000) from += await read(from);
    await writeFile(path, 'other');
    await expect(rows.read(0, 10, [0])).rejects.toThrow(DataError);
    await rows.close();
  });
});

async function started(text: string, format: TextFormat) {
  const path = join(await temporaryFolder(), 'text');
  await writeFile(path, text);
  const file = await openText(path, undefined);
  const { table, index, bad } = await scanText(path, format, file.next, new BadRows(path, {}));
  const layout: TextLayout = { name: path, columns: table.layout, index, leftOut: bad.places };
  return {
    path,
    layout,
    schema: table.schema,
    file,
    thread: new ParsingThread(layout, table.schema, file.fd),
  };
}

async function ready(thread: ParsingThread): Promise<void> {
  while (!thread.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
}

function values(data: Data): unknown {
  return JSON.parse(JSON.stringify(makeVector(data)));
}
