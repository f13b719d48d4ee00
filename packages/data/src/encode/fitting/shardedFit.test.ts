import { elements, type Json, OptionError, random, StateError } from '@fluxion/tensor';
import { type Table, tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { holdOut } from '../../order/holdOut.js';
import type { GatheringShard } from '../../order/shard.js';
import { arrowTable } from '../../sources/arrow/arrowTable.js';
import type { Source } from '../../sources/source.js';
import type { Encoder } from '../encoder/encoder.js';
import { calendar } from '../encodings/calendar.js';
import { indices } from '../encodings/indices.js';
import { minMax } from '../encodings/minMax.js';
import { number } from '../encodings/number.js';
import { oneHot } from '../encodings/oneHot.js';
import { quantile } from '../encodings/quantile.js';
import { set } from '../encodings/set.js';
import { tokens } from '../encodings/tokens.js';
import { vector } from '../encodings/vector.js';
import { words } from '../encodings/words.js';
import { fitEncoder } from './fitEncoder.js';
import type { FitOptions } from './fitOptions.js';

const ROWS = 420;
const chance = random(1, 'rows');
/** A sum of four is about normal. */
const normal = (row: number): number =>
  [0, 1, 2, 3].reduce((sum, i) => sum + 1.7 * (chance.uniform(40 * row + i) - 0.5), 0);
const of = <T>(cell: (row: number) => T): T[] => Array.from({ length: ROWS }, (_, row) => cell(row));
const WORDS = 'ant bee cat dog elk fox gnu hen ibis jay kiwi lynx mole newt owl pig'.split(' ');
const word = (row: number, i = 0): string => WORDS[Math.floor(chance.uniform(10 * row + i) * 16)] as string;
const texts = of((row) => Array.from({ length: 3 + (row % 5) }, (_, i) => word(row, i)).join(' '));

/** A column of each sort that is told apart, with what differs from part to part of the table. */
const sorts = {
  age: Float64Array.from(of((row) => (row % 7 === 0 ? Number.NaN : 40 + 9 * normal(row)))),
  fare: Float64Array.from(of((row) => Math.exp(2 * normal(row + ROWS)))),
  tails: Float64Array.from(of((row) => normal(row + 2 * ROWS) / chance.uniform(row))),
  drift: Float64Array.from(of((row) => Math.exp(row / 90))),
  children: Int32Array.from(of((row) => (row < 300 ? row % 4 : row % 6))),
  counter: Int32Array.from(of((row) => row + 3)),
  restarted: Int32Array.from(of((row) => (row % 280) + 3)),
  constant: of(() => 'Earth'),
  late: of((row) => (row < 415 ? 'no' : word(row))),
  city: of((row) => (row % 11 === 0 ? null : word(row))),
  product: of((row) => `p${Math.floor(chance.uniform(row) * 400)}`),
  id: of((row) => `id ${row}`),
  text: of((row) => `${texts[row]} and ${WORDS[row % 16]}${row}`),
  genres: of((row) => `${word(row, 1)}|${word(row, 2)}`),
  day: of((row) => `${(row % 28) + 1}.${(row % 12) + 1}.2024`),
  month: of((row) => `${row < 390 ? 3 : (row % 12) + 1}/${(row % 28) + 1}/2024`),
  price: of((row) => (row < 360 ? `${(row * 37) % 900}.50` : `$${(row * 37) % 900}.50`)),
  mixed: of((row) => (row < 360 ? `${row % 90}.5` : `${row % 90} kg or so`)),
  isMember: of((row) => row % 3 === 0),
  alike: of((row) => (row % 3 === 0 ? 'yes' : 'no')),
};
const targets = { kind: sorts.alike, income: Float64Array.from(of((row) => 1000 + 30 * row + (row % 13))) };
const weights = Float64Array.from(of((row) => 1 + (row % 5)));

function table(columns: object): Source {
  return arrowTable(tableFromArrays(columns as Parameters<typeof tableFromArrays>[0]) as Table);
}

/** Fits on all shards: what each gathers does not depend on what it is told, so that they take turns. */
async function fitShards(source: Source, size: number, options: FitOptions): Promise<readonly Encoder[]> {
  const told: unknown[][] = Array.from({ length: size }, () => []);
  const fit = (rank: number, answer: (value: unknown, call: number) => readonly unknown[]) => {
    let calls = 0;
    const gather = <T>(value: T): readonly T[] => answer(value, calls++) as readonly T[];
    return fitEncoder(source, { ...options, shard: { rank, size, gather } });
  };
  for (const rank of told.keys()) {
    await fit(rank, (value) => {
      told[rank]?.push(structuredClone(value));
      return Array.from({ length: size }, () => value);
    }).catch(() => {});
  }
  return Promise.all(told.map((_, rank) => fit(rank, (_, call) => told.map((of) => of[call]))));
}

/** What an encoder saves, its numbers with 12 digits. */
function saved(encoder: Encoder): Json {
  const { options, tensors } = encoder.save();
  const rounded = (numbers: Iterable<number>): string[] => Array.from(numbers, (one) => one.toPrecision(12));
  const inText = (text: string): string => text.replace(/\d+\.\d{5,}/g, (one) => Number(one).toPrecision(12));
  return JSON.parse(
    inText(
      JSON.stringify({ options, tensors: [...tensors].map(([name, of]) => [name, rounded(elements(of))]) }),
    ),
  );
}

describe('fitEncoder on shards of a table', () => {
  const cases: readonly (readonly [string, object, FitOptions])[] = [
    ['classes', { ...sorts, ...targets }, { target: 'kind' }],
    [
      'a number, with weights and rows held out',
      { ...sorts, ...targets, w: weights },
      {
        target: 'income',
        weight: 'w',
        rows: holdOut(0.2).training,
      },
    ],
    [
      'an amount and classes by number',
      { ...sorts, ...targets },
      {
        target: { fare: 'amount', children: 'classes', price: 'number' },
      },
    ],
    [
      'encodings that are given',
      { ...sorts, ...targets, pixels: of((row) => [row % 5, 2.5, row]) },
      {
        target: 'kind',
        input: [
          ...['age', 'fare', 'children', 'city', 'product', 'text', 'genres', 'day', 'constant', 'pixels'],
          ...['month', 'price'],
        ],
        columns: {
          month: calendar(),
          price: minMax({ missing: 'mostFrequent' }),
          age: minMax({ missing: 'mean' }),
          fare: number(),
          children: oneHot({ maxCategories: 3 }),
          city: indices({ maxCategories: 9 }),
          product: oneHot({ maxCategories: 30, missing: 'mostFrequent' }),
          text: words({ maxCategories: 50 }),
          genres: set({ separator: '|', maxCategories: 7 }),
          day: calendar({ order: 'dmy' }),
          constant: tokens(),
          pixels: vector(),
        },
      },
    ],
  ];
  it.each(cases)('comes to the encoder of one process for %s', async (_, columns, options) => {
    const source = table(columns);
    const expected = saved(await fitEncoder(source, options));
    const [first, ...others] = await fitShards(source, 3, options);
    expect(saved(first as Encoder)).toEqual(expected);
    // The others have the same bits.
    for (const other of others) expect(other.save()).toEqual(first?.save());
  });

  it('draws a sample of ranks as good as one of all rows, where they are more than it keeps', async () => {
    const values = Float64Array.from({ length: 20_000 }, (_, row) => (row * 7919) % 20_000);
    const source = table({ values, kind: Array.from(values, (value) => (value % 2 === 0 ? 'even' : 'odd')) });
    const [encoder, other] = await fitShards(source, 3, { target: 'kind', columns: { values: quantile() } });
    expect(other?.save()).toEqual(encoder?.save());
    for (const share of [0.1, 0.5, 0.9]) {
      const { inputs } = (encoder as Encoder).encode([{ values: 20_000 * share }], { dtype: 'float64' });
      const rank = (inputs.input?.data[0] as number) / Math.sqrt(12) + 0.5;
      expect(Math.abs(rank - share)).toBeLessThan(0.05);
    }
  });

  it('may have more shards than rows', async () => {
    const source = table({ x: Float64Array.of(1, 2, 3.5), y: ['a', 'b', 'a'] });
    const [first] = await fitShards(source, 5, { target: 'y' });
    expect(saved(first as Encoder)).toEqual(saved(await fitEncoder(source, { target: 'y' })));
  });

  it('names the rank that has another table', async () => {
    const tables = [3, 4].map((rows) => table({ x: Float64Array.from({ length: rows }, (_, i) => i * 1.5) }));
    const told: unknown[] = [];
    const fit = (rank: number): Promise<unknown> =>
      fitEncoder(tables[rank] as Source, {
        shard: {
          rank,
          size: 2,
          gather: <T>(value: T) => {
            told.push(value);
            return (told.length === 2 ? told : [value, value]) as readonly T[];
          },
        },
      });
    await fit(0).catch(() => {});
    told.length = 1;
    await expect(fit(1)).rejects.toThrow(
      new StateError(
        'fitEncoder: rank 1: expected rows to be 3, as on rank 0, got 4; give all ranks the same table and options',
      ),
    );
  });

  it('refuses a shard that tells the others nothing', async () => {
    const shard = { rank: 0, size: 2 } as GatheringShard;
    await expect(fitEncoder(table({ x: Float64Array.of(1, 2) }), { shard })).rejects.toThrow(
      new OptionError(
        'fitEncoder shard: expected rank, size and gather, as mpi() has, got rank, size; give mpi() itself',
      ),
    );
  });
});
