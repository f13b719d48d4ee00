import { describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import { numberedRows } from '../../test/tables.js';
import { holdOut } from '../order/holdOut.js';
import { arrowTable } from '../sources/arrow/arrowTable.js';
import type { Source } from '../sources/source.js';
import type { ExamplesOptions } from './examples.js';

const columns = { input: 'x', target: 'label' } as const;
/** Two windows, and a few rows that are too few for strata. */
const ROWS = 33_000;
const large = arrowTable(numberedRows([ROWS]));

/** A source that counts the rows which it is asked for. */
function counting(source: Source): Source & { readonly rows: number; readonly reads: number } {
  let [rows, reads] = [0, 0];
  return {
    name: source.name,
    get rows() {
      return rows;
    },
    get reads() {
      return reads;
    },
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
    const whole = counting(large);
    await collect(whole, { ...columns, shuffle, batchSize: 48 });
    expect(whole.rows).toBe(ROWS);
    for (const rank of [0, size - 1]) {
      const part = counting(large);
      await collect(part, { ...columns, shuffle, batchSize: 48 / size, shard: { rank, size } });
      // What is left of a window beyond its strata, and a last window that has none, is read by all.
      expect(part.rows / ROWS).toBeLessThan(1 / size + 0.03);
      expect(part.reads / size).toBeLessThan(2 * whole.reads);
    }
  });

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
