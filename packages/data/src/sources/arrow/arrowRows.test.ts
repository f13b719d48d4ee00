import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Bool,
  type Data,
  DateDay,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
  Utf8View,
  Vector,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixture.js';
import { utf8 } from '../../../test/strings.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import type { OpenSource, Source } from '../source.js';
import { arrowFile } from './arrowFile.js';
import { arrowStream } from './arrowStream.js';
import { arrowTable } from './arrowTable.js';
import { plainStrings, VIEW, viewedBuffers } from './strings/stringViews.js';

const ROWS = 9000;

/** Every seventh row is null. */
const nullBitmap = Uint8Array.from({ length: Math.ceil(ROWS / 8) }, (_, byte) =>
  Array.from({ length: 8 }, (_, bit) => ((8 * byte + bit) % 7 === 0 ? 0 : 1 << bit)).reduce((a, b) => a | b),
);
const nullCount = Math.ceil(ROWS / 7);
const rows = Array.from({ length: ROWS }, (_, row) => row);

function columns(): Record<string, Data> {
  const list = new FixedSizeList(3, new Field('item', new Float32(), false));
  const words = new Vector([utf8('zero', 'one', 'two')]);
  const strings = utf8(...rows.map((row) => 'word'.repeat(row % 4) + row));
  return {
    number: makeData({ type: new Float64(), length: ROWS, data: Float64Array.from(rows) }),
    gaps: makeData({
      type: new Float64(),
      length: ROWS,
      nullCount,
      nullBitmap,
      data: Float64Array.from(rows),
    }),
    bits: makeData({
      type: new Bool(),
      length: ROWS,
      nullCount,
      nullBitmap,
      data: nullBitmap.map((bits) => bits ^ 0x55),
    }),
    list: makeData({
      type: list,
      length: ROWS,
      nullCount: 0,
      child: makeData({
        type: new Float32(),
        length: 3 * ROWS,
        data: Float32Array.from({ length: 3 * ROWS }, (_, i) => i),
      }),
    }),
    words: makeData({
      type: new List(new Field('item', new Utf8(), false)),
      length: ROWS,
      nullCount,
      nullBitmap,
      valueOffsets: Int32Array.from({ length: ROWS + 1 }, (_, row) => Math.floor(1.5 * row)),
      child: utf8(...Array.from({ length: 1.5 * ROWS }, (_, i) => `w${i}`)),
    }),
    word: strings,
    gapWord: makeData({
      type: new Utf8(),
      length: ROWS,
      nullCount,
      nullBitmap,
      valueOffsets: strings.valueOffsets,
      data: strings.values,
    }),
    code: makeData({
      type: new Dictionary(new Utf8(), new Int32()),
      length: ROWS,
      data: Int32Array.from(rows, (row) => row % 3),
      dictionary: words,
    }),
    day: makeData({ type: new DateDay(), length: ROWS, data: Int32Array.from(rows) }),
    time: makeData({
      type: new TimestampMillisecond(),
      length: ROWS,
      data: BigInt64Array.from(rows, (row) => BigInt(row) * 1000n),
    }),
  };
}

/** A table of these columns in batches of some size. */
function table(size: number): Table {
  const all = columns();
  const fields = Object.entries(all).map(([name, { type }]) => new Field(name, type, true));
  const schema = new Schema(fields);
  const batches: RecordBatch[] = [];
  for (let from = 0; from < ROWS; from += size) {
    const length = Math.min(size, ROWS - from);
    const children = Object.values(all).map((column) => column.slice(from, length));
    batches.push(
      new RecordBatch(schema, makeData({ type: new Struct(fields), length, nullCount: 0, children })),
    );
  }
  return new Table(schema, batches);
}

/** The values of the columns, row after row, by the library's own reading. */
function valuesOf(blocks: readonly (readonly Data[])[]): unknown[][] {
  const width = blocks[0]?.length ?? 0;
  return Array.from({ length: width }, (_, i) =>
    blocks.flatMap((block) => [...new Vector([block[i] as Data])].map(plain)),
  );
}

function plain(value: unknown): unknown {
  return value instanceof Vector ? [...value] : value;
}

/** Rows `from` to `from + count`, by as many reads as it takes. */
async function read(source: OpenSource, from: number, count: number, fields: number[]): Promise<unknown[][]> {
  const blocks: (readonly Data[])[] = [];
  let done = 0;
  while (done < count) {
    const block = await source.read(from + done, count - done, fields);
    if (block === undefined) break;
    expect(block.rows).toBeGreaterThan(0);
    expect(block.rows).toBeLessThanOrEqual(count - done);
    blocks.push(block.columns);
    done += block.rows;
  }
  return valuesOf(blocks);
}

const fields = Object.keys(columns()).map((_, field) => field);

describe('rows of Arrow data', () => {
  it.each([1000, 4096, ROWS])(
    'are the same whatever is read before, from a table, a file and a stream: batches of %i',
    async (size) => {
      const inBatches = table(size);
      const path = join(await temporaryFolder(), 'rows.arrow');
      await writeFile(path, tableToIPC(inBatches, 'file'));
      const stream = tableToIPC(inBatches, 'stream');
      const open = await arrowTable(table(ROWS)).open();
      const whole = await read(open, 0, ROWS, fields);
      const part = (from: number, count: number): unknown[][] =>
        whole.map((column) => column.slice(from, from + count));
      const sources: Source[] = [arrowTable(inBatches), arrowFile(path)];
      const opened = await Promise.all(sources.map((source) => source.open()));
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: ROWS - 1 }),
          fc.integer({ min: 1, max: 3000 }),
          async (from, count) => {
            for (const source of opened) {
              expect(await read(source, from, count, fields)).toEqual(part(from, count));
            }
          },
        ),
        { numRuns: 15 },
      );
      for (const source of opened) await source.close();
      const once = await arrowStream(
        (async function* () {
          yield stream;
        })(),
      ).open();
      for (const [from, count] of [
        [3, 5],
        [8, 1500],
        [4000, 3000],
      ] as const) {
        expect(await read(once, from, count, fields)).toEqual(part(from, count));
      }
      await once.close();
    },
  );

  it.each(['lz4Long.arrow'])(
    'of a compressed batch are unpacked once to be read in any order: %s',
    async (name) => {
      const notices: string[] = [];
      const open = await arrowFile(fixture(name), { notice: (text) => notices.push(text) }).open();
      const numbers = Array.from({ length: 4000 }, (_, i) =>
        i < 2000 ? Math.floor(i / 300) : (i * i) % 7919,
      );
      for (const from of [0, 1000, 2500, 500, 3999, 0]) {
        expect(await read(open, from, 100, [0])).toEqual([numbers.slice(from, from + 100)]);
      }
      // What was decoded from its start is kept, and read on from.
      expect(notices).toEqual([]);
      await open.close();
      const inside = await arrowFile(fixture(name), { notice: (text) => notices.push(text) }).open();
      for (const from of [2000, 300, 3990]) {
        expect(await read(inside, from, 10, [0])).toEqual([numbers.slice(from, from + 10)]);
      }
      expect(notices).toEqual([expect.stringContaining('compressed record batches are unpacked')]);
      await inside.close();
    },
  );

  it('of string views come from the parts of the buffers that they point into', async () => {
    const buffers = ['no string', 'a first long string and a second one', 'a third one that is long too'].map(
      (text) => Buffer.from(text),
    );
    const views = new Uint8Array(4 * VIEW);
    const view = new DataView(views.buffer);
    const long = (row: number, buffer: number, start: number, length: number): void =>
      [length, 0, buffer, start].forEach((word, i) => void view.setInt32(row * VIEW + 4 * i, word, true));
    long(0, 1, 2, 17);
    long(1, 2, 8, 16);
    // A null, and a short string.
    long(2, 1, 2 ** 30, 2 ** 30);
    view.setInt32(3 * VIEW, 2, true);
    views.set(Buffer.from('ab'), 3 * VIEW + 4);
    const asked: number[][] = [];
    const variadicBuffers = await viewedBuffers(
      views,
      (row) => row !== 2,
      3,
      async (buffer, start, length) => {
        asked.push([buffer, start, length]);
        return (buffers[buffer] as Buffer).subarray(start, start + length);
      },
    );
    expect(asked).toEqual([
      [1, 2, 17],
      [2, 8, 16],
    ]);
    const bitmap = Uint8Array.of(0b1011);
    const column = makeData({ type: new Utf8View(), length: 4, nullBitmap: bitmap, views, variadicBuffers });
    const strings = await plainStrings(column);
    expect([...new Vector([strings])]).toEqual(['first long string', 'one that is long', null, 'ab']);
  });
});
