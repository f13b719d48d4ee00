import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elements } from '@fluxion/tensor';
import { Field, FixedSizeList, Float32, makeData } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import { utf8 } from '../../test/strings.js';
import { byteLists, floats, ints, tableOf } from '../../test/tables.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import type { Encoder } from '../encode/encoder/encoder.js';
import { restoreEncoder } from '../encode/encoder/restoreEncoder.js';
import { indices } from '../encode/encodings/indices.js';
import { number } from '../encode/encodings/number.js';
import { tokens } from '../encode/encodings/tokens.js';
import { fitEncoder } from '../encode/fitting/fitEncoder.js';
import { holdOut } from '../order/holdOut.js';
import { arrowTable } from '../sources/arrow/arrowTable.js';
import { csvFile } from '../sources/csv/csvFile.js';
import type { Source } from '../sources/source.js';
import type { Examples, ExamplesOptions, ReadOptions } from './examples.js';

const ROWS = 100;
const rowNumbers = Array.from({ length: ROWS }, (_, row) => row);
const wordOf = (row: number): string => ['Paris', 'Oslo', 'Rome'][row % 3] as string;

/** Words, gaps, dates and numbers, one of them far away; a row has no target. */
async function people(): Promise<Source> {
  const lines = rowNumbers.map((row) => {
    const age = row % 7 === 0 ? '' : row === 50 ? 1e9 : 20.1 + ((row * 7) % 31);
    const city = row % 4 === 3 ? '' : wordOf(row);
    const since = `20${10 + (row % 9)}-0${1 + (row % 8)}-1${row % 9}`;
    return `${age},${city},${since},${row === 9 ? '' : row % 2 ? 'yes' : 'no'}`;
  });
  const path = join(await temporaryFolder(), 'people.csv');
  await writeFile(path, `age,city,since,bought\n${lines.join('\n')}\n`);
  return csvFile(path);
}

/** Blocks of numbers, lists and words. */
function blocks(): Source {
  const type = new FixedSizeList(3, new Field('item', new Float32(), false));
  const block = (from: number, to: number) => {
    const rows = rowNumbers.slice(from, to);
    const child = makeData({
      type: new Float32(),
      data: Float32Array.from({ length: 3 * rows.length }, (_, i) => Math.sin(3 * from + i)),
    });
    return {
      a: floats(...rows.map((row) => row / 7)),
      list: makeData({ type, length: rows.length, nullCount: 0, child }),
      city: utf8(...rows.map(wordOf)),
      label: ints(...rows.map((row) => row % 2)),
    };
  };
  return arrowTable(tableOf(block(0, 13), block(13, 50), block(50, 51), block(51, ROWS)));
}

const pictures = arrowTable(
  tableOf({
    x: byteLists(...rowNumbers.map((row) => [row, 255 - row])),
    label: ints(...rowNumbers),
  }),
);

type Given = readonly [source: Source, options: ExamplesOptions];
const given: Readonly<Record<string, () => Promise<Given>>> = {
  async 'CSV with words, gaps and dates'() {
    const source = await people();
    const columns = { age: number() };
    return [source, { encoder: await fitEncoder(source, { target: 'bought', columns }) }];
  },
  async 'Arrow with lists, in four blocks'() {
    return [blocks(), { encoder: await fitEncoder(blocks(), { target: 'label' }), dtype: 'float64' }];
  },
  'floats without an encoder': async () => [blocks(), { input: ['a'], target: 'label' }],
  'bytes without an encoder': async () => [pictures, { input: 'x', target: 'label' }],
};

/** Of all epochs, at most. */
const WINDOWS = 8;
const orders: Readonly<Record<string, ReadOptions>> = {
  'as they lie': {},
  'mixed, in windows of blocks': { shuffle: { window: 32, run: 8 }, seed: 3, epochs: 2 },
  'in minibatches': { shuffle: { window: 32, run: 8 }, batchSize: 3 },
  'of a shard': { shuffle: { window: 32, run: 8 }, shard: { rank: 1, size: 3 } },
  'of a shard, as they lie': { shard: { rank: 1, size: 3 } },
  'some left out': { shuffle: true, rows: holdOut(0.3).training },
};

/** Sums up to each of some numbers. */
function startsOf(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => {
    next += size;
    return next - size;
  });
}

describe.each(Object.keys(given))('Examples.ahead of %s', (name) => {
  it.each(Object.keys(orders))(
    'shows the inputs that come, to the last bit, and changes nothing: %s',
    async (order) => {
      const [source, columns] = await (given[name] as () => Promise<Given>)();
      const options = { ...columns, ...orders[order] } as ExamplesOptions;
      const encoder = 'encoder' in options ? options.encoder : undefined;
      const plain = await collect(source, options);
      const extremes = [...(encoder?.extremes ?? [])];
      const saved = JSON.stringify(encoder?.save().options);

      const counts = [1, 32, 5, 1000, 3];
      const shown: (number[][] | undefined)[] = [];
      const looked = await collect(source, options, (examples) => {
        const count = counts[shown.length % counts.length] as number;
        const tensor = examples.ahead?.('input', count);
        const [rows = 0, width = 0] = tensor?.shape ?? [];
        const numbers = tensor && [...elements(tensor)];
        shown.push(
          numbers && Array.from({ length: rows }, (_, i) => numbers.slice(i * width, (i + 1) * width)),
        );
      });
      expect(looked).toEqual(plain);
      expect([...(encoder?.extremes ?? [])]).toEqual(extremes.map(([column, cells]) => [column, 2 * cells]));
      expect(JSON.stringify(encoder?.save().options)).toBe(saved);

      const own = plain.filter(({ borrowed }) => borrowed !== true);
      expect(shown.slice(own.length).every((none) => none === undefined)).toBe(true);
      const inputs = own.flatMap(({ size, inputs: { input = [] } }) =>
        Array.from({ length: size }, (_, i) =>
          input.slice((i * input.length) / size, ((i + 1) * input.length) / size),
        ),
      );
      let most = 0;
      /** Minibatches of all shards that began in a window that is over. */
      let crossing = 0;
      for (const [i, start] of startsOf(own.map(({ size }) => size)).entries()) {
        const rows = shown[i];
        if (rows === undefined) {
          crossing++;
          continue;
        }
        expect(rows.length).toBeGreaterThanOrEqual(1);
        expect(rows.length).toBeLessThanOrEqual(counts[i % counts.length] as number);
        expect(rows).toEqual(inputs.slice(start, start + rows.length));
        most = Math.max(most, rows.length);
      }
      expect(most).toBeGreaterThan(8);
      expect(crossing).toBeLessThanOrEqual(order === 'in minibatches' || options.shard ? WINDOWS : 0);
    },
  );
});

describe('Examples.ahead', () => {
  it('ends with the window, and with the loan', async () => {
    const [source, options] = await (given['Arrow with lists, in four blocks'] as () => Promise<Given>)();
    const left: (number | undefined)[] = [];
    let before: Examples | undefined;
    await collect(source, { ...options, shuffle: { window: 40, run: 10 } }, (examples) => {
      expect(before?.ahead?.('input', 1)).toBeUndefined();
      left.push(examples.ahead?.('input', 1000)?.shape[0]);
      before = examples;
    });
    const down = (from: number): number[] => Array.from({ length: from }, (_, i) => from - i);
    expect(left).toEqual([...down(40), ...down(40), ...down(20)]);
    expect(before?.ahead?.('input', 1)).toBeUndefined();
  });

  it('shows dense inputs only, by their names', async () => {
    const words = rowNumbers.map((row) => `${wordOf(row)} number ${row}`);
    const source = arrowTable(
      tableOf({
        a: floats(...rowNumbers.map(Math.sin)),
        city: utf8(...rowNumbers.map(wordOf)),
        text: utf8(...words),
        label: ints(...rowNumbers.map((row) => row % 2)),
      }),
    );
    const columns = { city: indices(), text: tokens({ bits: 12 }) };
    const encoder = await fitEncoder(source, { target: 'label', columns });
    expect(Object.keys(encoder.inputs)).toEqual(['input', 'sparse', 'sparse.weights', 'city']);
    await collect(source, { encoder }, (examples) => {
      for (const name of ['sparse', 'sparse.weights', 'city', 'label', 'none']) {
        expect(examples.ahead?.(name, 5)).toBeUndefined();
      }
      expect(examples.ahead?.('input', 1)?.shape).toEqual([1, encoder.inputs.input?.[0 as never]]);
    });
  });

  it('shows nothing online', async () => {
    const source = blocks();
    const encoder = await fitEncoder(source, { target: 'label' });
    await collect(source, { encoder, online: true }, (examples) => {
      expect(examples.ahead?.('input', 5)).toBeUndefined();
    });
  });

  it('shows nothing more once the encoder learns elsewhere, and encodes again what it has shown', async () => {
    const source = blocks();
    const saved = (await fitEncoder(source, { target: 'label' })).save();
    const learning = async (looksAhead: boolean): Promise<unknown> => {
      const encoder: Encoder = restoreEncoder(saved);
      let place = 0;
      return collect(source, { encoder }, (examples) => {
        const shown = looksAhead ? examples.ahead?.('input', 10) : undefined;
        if (looksAhead) expect(shown?.shape[0]).toBe(place > 5 ? undefined : Math.min(10, 13 - place));
        if (place++ === 5) {
          encoder.encode([{ a: 1e6, list: [1, 2, 3], city: 'Rome' }], { online: true });
        }
      });
    };
    expect(await learning(true)).toEqual(await learning(false));
  });
});
