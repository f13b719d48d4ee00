import { OptionError } from '@fluxion/tensor';
import { Field, FixedSizeList, Int32, makeData, Table, Uint8, Vector } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import { numberedRows } from '../../test/tables.js';
import { holdOut } from '../order/holdOut.js';
import type { Shard } from '../order/shard.js';
import { arrowTable } from '../sources/arrow/arrowTable.js';
import type { Source } from '../sources/source.js';
import type { ExamplesOptions } from './examples.js';
import { openExamples } from './openExamples.js';

const columns = { input: 'x', target: 'label' } as const;
/** Two windows, and a few rows that are too few for strata. */
const ROWS = 33_000;
/** The share of a last window of one run, which is too small for strata: all of it is read by all. */
const LAST = 1024 / ROWS;
const large = arrowTable(numberedRows([ROWS]));

/** Pictures of 28 × 28, all alike. */
const wide = pictures(784);

function pictures(width: number): Source {
  const type = new FixedSizeList(width, new Field('item', new Uint8(), false));
  const pixels = makeData({ type: new Uint8(), length: ROWS * width, data: new Uint8Array(ROWS * width) });
  const x = makeData({ type, length: ROWS, child: pixels });
  const label = makeData({ type: new Int32(), length: ROWS, data: new Int32Array(ROWS) });
  return arrowTable(new Table({ x: new Vector([x]), label: new Vector([label]) }));
}

/** How many rows are asked of a source, and in how many reads. */
async function readsOf(source: Source, options: ExamplesOptions): Promise<{ rows: number; reads: number }> {
  let [rows, reads] = [0, 0];
  const counting: Source = {
    name: source.name,
    async open(signal) {
      const open = await source.open(signal);
      return {
        schema: open.schema,
        countRows: async () => ROWS,
        close: () => open.close(),
        async read(from, count, fields) {
          const block = await open.read(from, count, fields);
          rows += block?.rows ?? 0;
          reads++;
          return block;
        },
      };
    },
  };
  const reader = await openExamples(counting, options);
  while (await reader.advance()) while (reader.next() !== undefined);
  return { rows, reads };
}

/** The rows of each minibatch with their numbers, in the order of these. */
async function numbered(options: ExamplesOptions, source = large): Promise<[number, number][][]> {
  const minibatches = await collect(source, options);
  const stride = options.shard?.size ?? 1;
  return minibatches.map(({ size, borrowed, inputs, number = 0 }) =>
    Array.from({ length: borrowed === true ? 0 : size }, (_, i) => [
      number + i * stride,
      inputs.input?.[i] as number,
    ]),
  );
}

describe('shards of examples', () => {
  it.each([
    { size: 2, total: 64 },
    { size: 3, total: 64 },
    { size: 5, total: 12 },
    { size: 4, total: 4 },
  ])('$size of them have together what one process has in minibatches of $total', async ({ size, total }) => {
    const options = { ...columns, shuffle: true, seed: 3, epochs: 2, rows: holdOut(0.1).training } as const;
    const whole = await numbered({ ...options, batchSize: total });
    const parts = await Promise.all(
      Array.from({ length: size }, (_, rank) =>
        numbered({ ...options, batchSize: Math.ceil(total / size), shard: { rank, size, total } }),
      ),
    );
    const together = whole.map((_, step) => {
      const all = new Map(parts.flatMap((part) => part[step] as [number, number][]));
      return [...all].sort(([a], [b]) => a - b);
    });
    expect(together.filter((minibatch) => minibatch.length !== total).length).toBeLessThanOrEqual(2);
    expect(together).toEqual(whole);
  });

  it.each([
    { size: 2, shuffle: true },
    { size: 3, shuffle: true },
    { size: 4, shuffle: true },
    { size: 16, shuffle: true },
    { size: 4, shuffle: { window: 4096 } },
  ])('read their rows alone: one of $size, shuffle $shuffle', async ({ size, shuffle }) => {
    const whole = await readsOf(large, { ...columns, shuffle, batchSize: 48 });
    expect(whole.rows).toBe(ROWS);
    for (const rank of [0, size - 1]) {
      const part = await readsOf(large, {
        ...columns,
        shuffle,
        batchSize: 48 / size,
        shard: { rank, size },
      });
      expect(part.rows / ROWS).toBeLessThan(1 / size + LAST);
      expect(part.reads).toBeLessThanOrEqual(1.5 * whole.reads);
    }
  });

  it.each([2, 3, 5, 7, 10, 48])('read wide rows in few reads: one of %i', async (size) => {
    const options = { ...columns, shuffle: true, rows: holdOut(0.1).training } as const;
    const whole = await readsOf(wide, options);
    expect(whole.rows).toBe(ROWS);
    for (const rank of [0, size - 1]) {
      const part = await readsOf(wide, { ...options, shard: { rank, size } });
      expect(part.reads).toBeLessThanOrEqual(3 * whole.reads);
      if (48 % size === 0) expect(part.rows / ROWS).toBeLessThan(1 / size + LAST);
    }
  });

  it.each([
    { name: 'window', rows: (row: number) => row < 1024 },
    { name: 'shard', rows: (row: number) => row % 9000 === 0 },
    { name: 'epoch', rows: () => false },
  ])('lose none where a filter leaves a $name without an example', async ({ rows }) => {
    const options = { ...columns, shuffle: true, epochs: 2, rows };
    const whole = (await numbered(options)).flat();
    expect(whole.length).toBe(2 * Array.from({ length: ROWS }, (_, row) => row).filter(rows).length);
    for (const size of [2, 5]) {
      const parts = await Promise.all(
        Array.from({ length: size }, (_, rank) => numbered({ ...options, shard: { rank, size } })),
      );
      expect(new Set(parts.map(({ length }) => length)).size).toBe(1);
      expect(parts.flat(2).sort(([a], [b]) => a - b)).toEqual(whole);
    }
  });

  it('read nothing of a window without examples', async () => {
    const rows = (row: number): boolean => row < 1024;
    const { rows: read } = await readsOf(large, { ...columns, shuffle: true, rows });
    expect(read).toBeLessThanOrEqual(2 ** 14);
  });

  it.each([null, 2, { rank: 0 }])('are refused where a shard is %o', async (shard) => {
    await expect(openExamples(large, { ...columns, shard: shard as unknown as Shard })).rejects.toThrow(
      OptionError,
    );
    await expect(openExamples(large, { ...columns, shard: shard as unknown as Shard })).rejects.toThrow(
      'examples shard: expected an object of rank and size, got',
    );
  });

  it.each([0, 20_000])(
    'are refused where a table has only %i rows of those that it has counted',
    async (left) => {
      const shorter: Source = {
        ...large,
        async open(signal) {
          const open = await large.open(signal);
          return {
            schema: open.schema,
            countRows: async () => ROWS,
            close: () => open.close(),
            read: async (from, count, fields) =>
              from < left ? open.read(from, Math.min(count, left - from), fields) : undefined,
          };
        },
      };
      for (const shard of [undefined, { rank: 1, size: 2 }]) {
        await expect(collect(shorter, { ...columns, shuffle: true, shard })).rejects.toThrow(
          `expected ${ROWS} rows, got fewer: the data has become shorter while it was read`,
        );
      }
    },
  );

  it('go on from the place of another number of them', async () => {
    const options = { ...columns, shuffle: true, seed: 5, batchSize: 8 } as const;
    const two = await collect(large, { ...options, shard: { rank: 1, size: 2 } });
    const from = two[700]?.position as NonNullable<(typeof two)[number]['position']>;
    const rest = await numbered({ ...options, shard: { rank: 2, size: 4 }, from });
    const one = (await numbered(options)).flat().slice(from.row);
    const own = one.filter(([number]) => number % 4 === 2);
    expect(rest.flat()).toEqual(own);
  });
});
