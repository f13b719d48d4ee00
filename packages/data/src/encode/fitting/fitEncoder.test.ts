import { DataError, OptionError, StateError } from '@fluxion/tensor';
import {
  type Data,
  Field,
  FixedSizeList,
  Float64,
  Int32,
  Int64,
  List,
  type Table,
  tableFromArrays,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../test/collect.js';
import { utf8 } from '../../../test/strings.js';
import { floats, ints, tableOf } from '../../../test/tables.js';
import { holdOut } from '../../order/holdOut.js';
import { arrowTable } from '../../sources/arrow/arrowTable.js';
import type { Source } from '../../sources/source.js';
import type { Encoder } from '../encoder/encoder.js';
import { restoreEncoder } from '../encoder/restoreEncoder.js';
import { calendar } from '../encodings/calendar.js';
import { hashed } from '../encodings/hashed.js';
import { indices } from '../encodings/indices.js';
import { minMax } from '../encodings/minMax.js';
import { number } from '../encodings/number.js';
import { oneHot } from '../encodings/oneHot.js';
import { quantile } from '../encodings/quantile.js';
import { standardize } from '../encodings/standardize.js';
import { symlog } from '../encodings/symlog.js';
import { tokens } from '../encodings/tokens.js';
import { fitEncoder } from './fitEncoder.js';
import type { FitOptions } from './fitOptions.js';

type Columns = Parameters<typeof tableFromArrays>[0];

function source(columns: Columns): Source {
  return arrowTable(tableFromArrays(columns) as Table);
}

/** Numbers of every row's input. */
async function encoded(table: Source, encoder: Encoder): Promise<number[][]> {
  const minibatches = await collect(table, { encoder, dtype: 'float64' });
  return minibatches.map(({ inputs }) => [...(inputs.input as number[])]);
}

async function failure(table: Source, options: FitOptions): Promise<unknown> {
  return fitEncoder(table, options).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const count = 60;
const rows = Array.from({ length: count }, (_, i) => i);
const people = {
  id: rows.map((i) => `p${i}`),
  age: Float64Array.from(rows, (i) => (i % 7 === 0 ? Number.NaN : 20.5 + ((i * 7) % 31))),
  city: rows.map((i) => ['Paris', 'Oslo', null, 'Rome'][i % 4] ?? null),
  planet: rows.map(() => 'Earth'),
  fare: Float64Array.from(rows, (i) => 1.5 ** (i % 20)),
  children: Int32Array.from(rows, (i) => (i * i) % 4),
  code: rows.map((i) => (i % 3 ? 'low' : 'high')),
  income: rows.map((i) => (i % 3 ? '<=50K' : '>50K')),
};

describe('fitEncoder', () => {
  it('tells of a column of numbers that a few cells make one of words', async () => {
    const cells = (strays: number) =>
      source({
        age: Array.from({ length: 1000 }, (_, i) => (i >= 500 && i < 500 + strays ? 'old' : `${20.5 + i}`)),
        y: Array.from({ length: 1000 }, (_, i) => i % 2),
      });
    const { mixed, columns, leftOut } = await fitEncoder(cells(2), { target: 'y' });
    expect(mixed).toEqual([
      { column: 'age', words: 2, cells: 1000, cell: 'old', place: { file: 'table', row: 500 } },
    ]);
    expect([...columns, ...leftOut]).toMatchObject([{ column: 'age', encoding: 'hashed' }]);
    for (const strays of [0, 11])
      expect((await fitEncoder(cells(strays), { target: 'y' })).mixed).toEqual([]);
  });

  it('finds numbers, dates, sets and texts among words', async () => {
    const words = ['red', 'green', 'blue', 'fast', 'slow', 'car', 'bike', 'boat'];
    const many = Array.from({ length: 400 }, (_, i) => i);
    const table = source({
      size: many.map((i) => `${i * 0.5}`),
      zip: many.map((i) => `0${1000 + (i % 9)}`),
      day: many.map((i) => new Date(864e5 * i).toISOString().slice(0, 10)),
      tags: many.map((i) => `${words[i % 8]}|${words[(i * 3) % 7]}|${words[(i * 5) % 6]}`),
      remark: many.map((i) => `A ${words[i % 8]} ${words[(i >> 3) % 8]} and ${words[(i >> 6) % 8]} thing`),
      product: many.map((i) => `sku${(i * 7) % 390}`),
      when: many.map((i) => new Date(36e5 * i)),
      flag: many.map((i) => i % 3 === 0),
      y: many.map((i) => (i % 5 < 2 ? 'a' : 'b')),
    });
    const encoder = await fitEncoder(table, { target: 'y' });
    expect(encoder.columns.map(({ column, encoding }) => [column, encoding])).toEqual([
      ['size', 'standardize'],
      ['zip', 'oneHot'],
      ['day', 'calendar'],
      ['tags', 'set'],
      ['remark', 'tokens'],
      ['product', 'hashed'],
      ['when', 'calendar'],
      ['flag', 'oneHot'],
    ]);
  });

  it('decides by what columns hold, and says why', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    expect(encoder.columns.map(({ column, encoding, width }) => [column, encoding, width])).toEqual([
      ['age', 'standardize', 2],
      ['city', 'oneHot', 5],
      ['fare', 'symlog', 1],
      ['children', 'oneHot', 3],
    ]);
    expect(encoder.leftOut).toEqual([
      { column: 'id', why: 'all its words are different, so they identify the row' },
      { column: 'planet', why: "it is 'Earth' in every row" },
      { column: 'code', why: "it repeats the target 'income'" },
    ]);
    expect(encoder.inputs).toEqual({ input: [11] });
    expect(encoder.classes).toEqual(['<=50K', '>50K']);
  });

  it('looks for long tails on either side, and counts as the encodings do', async () => {
    // The quantiles of Student's t of one degree, which is symmetric.
    const cauchy = (i: number): number => Math.tan(Math.PI * ((i + 0.5) / 400 - 0.5));
    const columns = {
      near: Float64Array.from({ length: 400 }, (_, i) => cauchy(i) / 1000),
      far: Float64Array.from({ length: 400 }, (_, i) =>
        i % 9 === 0 ? Number.NaN : 50 * cauchy((i * 7) % 400),
      ),
      even: Float64Array.from({ length: 400 }, (_, i) => (i * 37) % 400),
      y: Float64Array.from({ length: 400 }, (_, i) => i / 7),
    };
    const found = await fitEncoder(source(columns), { target: 'y' });
    expect(found.columns.map(({ column, encoding }) => [column, encoding])).toEqual([
      ['near', 'quantile'],
      ['far', 'symlog'],
      ['even', 'standardize'],
    ]);
    expect(found.columns[0]?.why).toMatch(/^its numbers have long tails \(kurtosis [\d.e+]+\)$/);
    const given = { near: quantile(), far: symlog(), even: standardize() };
    const asked = await fitEncoder(source(columns), { target: 'y', columns: given });
    expect(found.save().tensors).toEqual(asked.save().tensors);
  });

  it('standardizes numbers, takes the mean for a gap and says that it was one', async () => {
    const table = source({ x: Float64Array.of(1, Number.NaN, 3, 5), y: Float64Array.of(10.5, 20, 30, 40) });
    const encoder = await fitEncoder(table, { target: 'y', columns: { x: standardize() } });
    const deviation = Math.sqrt(8 / 3);
    const expected = [
      [-2 / deviation, 0],
      [0, 1],
      [0, 0],
      [2 / deviation, 0],
    ];
    for (const [i, row] of (await encoded(table, encoder)).entries()) {
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i]?.[j] as number, 14);
    }
  });

  it('takes each encoding that is asked for, with its options', async () => {
    const x = Float64Array.of(0, 1, 3, 7);
    const table = source({ a: x, b: x, c: x, d: x, e: Int32Array.from(x) });
    const encoder = await fitEncoder(table, {
      columns: {
        a: minMax(),
        b: symlog(),
        c: quantile(),
        d: number({ missing: -1, indicator: true }),
        e: oneHot({ categories: ['3', '7'] }),
      },
    });
    const all = await encoded(table, encoder);
    const column = (j: number): (number | undefined)[] => all.map((row) => row[j]);
    expect(column(0)).toEqual([0, 1 / 7, 3 / 7, 1]);
    const logs = [0, 1, 2, 3].map((n) => (n - 1.5) / Math.sqrt(1.25));
    for (const [i, value] of column(1).entries()) expect(value).toBeCloseTo(logs[i] as number, 14);
    const ranks = [0.5, 1.5, 2.5, 3.5].map((rank) => Math.sqrt(12) * (rank / 4 - 0.5));
    expect(column(2)).toEqual(ranks);
    expect(column(3)).toEqual([0, 1, 3, 7]);
    expect(column(4)).toEqual([0, 0, 0, 0]);
    expect(all.map((row) => row.slice(5))).toEqual([
      [0, 0, 1],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const [gap] =
      encoder.encode([{ a: null, b: null, c: null, d: null, e: null }]).inputs.input?.data.slice(3) ?? [];
    expect(gap).toBe(-1);
  });

  it('gives the same bits when it is saved and restored', async () => {
    const table = source(people);
    const encoder = await fitEncoder(table, { target: ['income', 'fare'] });
    const saved = encoder.save();
    const restored = restoreEncoder({ ...saved, options: JSON.parse(JSON.stringify(saved.options)) });
    expect(restored.columns).toEqual(encoder.columns);
    expect(restored.leftOut).toEqual(encoder.leftOut);
    expect(restored.targets).toEqual(encoder.targets);
    expect(await collect(table, { encoder: restored, batchSize: 7 })).toEqual(
      await collect(table, { encoder, batchSize: 7 }),
    );
    expect(restored.save()).toEqual(saved);
  });

  it('takes logarithms under the name of the box too, and keeps them under one', async () => {
    const table = source({ fare: people.fare });
    const columns = { fare: { kind: 'log' } };
    const encoder = await fitEncoder(table, { columns });
    expect(encoder.columns[0]?.encoding).toBe('symlog');
    const other = await fitEncoder(table, { columns: { fare: symlog() } });
    expect(await encoded(table, encoder)).toEqual(await encoded(table, other));
  });

  it('restores what was saved when its options had other names', async () => {
    const table = source({ city: people.city, product: people.id, text: people.id, word: people.planet });
    const encoder = await fitEncoder(table, {
      columns: { city: oneHot(), product: hashed(4), text: tokens({ bits: 4 }), word: indices() },
    });
    const { options, ...saved } = encoder.save();
    const text = JSON.stringify(options)
      .replaceAll(/"(maxCategories|maxWords)"/g, '"most"')
      .replaceAll('"minCount"', '"least"')
      .replace('"bits":4', '"bits":4,"most":1');
    expect(text).toContain('"kind":"hashed","bits":4,"most":1');
    const restored = restoreEncoder({ ...saved, options: JSON.parse(text) });
    expect(restored.save()).toEqual(encoder.save());
  });

  it('encodes a plain object as the row of the table', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    const inputs = await collect(source(people), { encoder });
    for (const i of rows) {
      const row = Object.fromEntries(Object.entries(people).map(([name, values]) => [name, values[i]]));
      const { inputs: own, targets } = encoder.encode([row], { targets: true });
      expect([...(own.input?.data ?? [])]).toEqual(inputs[i]?.inputs.input);
      expect([...(targets.income?.data ?? [])]).toEqual(inputs[i]?.targets.income);
    }
  });

  it('sees only the rows that count', async () => {
    const table = source({ x: Float64Array.of(1, 1000, 3, -500), y: ['a', 'c', 'b', 'c'] });
    const encoder = await fitEncoder(table, {
      target: 'y',
      columns: { x: minMax() },
      rows: (row) => row % 2 === 0,
    });
    // Names are those of all rows: none is unknown when the others are predicted.
    expect(encoder.classes).toEqual(['a', 'b', 'c']);
    expect(encoder.encode([{ x: 2 }]).inputs.input?.data).toEqual(Float32Array.of(0.5));
  });

  it('takes integers beyond 2²⁴ to their scale in float64, then rounds', async () => {
    const table = source({ x: Int32Array.of(16777216, 16777217, 16777218), y: ['a', 'b', 'a'] });
    const encoder = await fitEncoder(table, { target: 'y', columns: { x: standardize() } });
    const [first, second, third] = (await collect(table, { encoder })).flatMap(
      ({ inputs }) => inputs.input ?? [],
    );
    expect([first, second, third]).toEqual([-Math.sqrt(1.5), 0, Math.sqrt(1.5)].map(Math.fround));
  });

  it('standardizes a numeric target and gives predictions in its own units', async () => {
    const table = source({ x: Float64Array.of(1, 2.5, 3, 4), price: Float64Array.of(1e6, 2e6, 3e6, 4.5e6) });
    const encoder = await fitEncoder(table, { target: 'price' });
    const targets = (await collect(table, { encoder, dtype: 'float64' })).flatMap(
      ({ targets }) => targets.price ?? [],
    );
    expect(targets.reduce((sum, z) => sum + z, 0)).toBeCloseTo(0, 12);
    expect(encoder.decode('price', [targets[3] as number])).toBeCloseTo(4.5e6, 6);
    expect(() => encoder.classes).toThrow(StateError);
  });

  it('tells classes by name, with probabilities', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    expect(encoder.decode('income', [0.25, 0.75])).toEqual({
      class: '>50K',
      probability: 0.75,
      probabilities: { '<=50K': 0.25, '>50K': 0.75 },
    });
    expect(encoder.decode('income', [0.25])).toMatchObject({ class: '<=50K', probability: 0.75 });
    expect(() => encoder.decode('income', [1, 2, 3])).toThrow(OptionError);
    expect(() => encoder.decode('age', [1])).toThrow(OptionError);
  });

  it('takes few whole numbers for classes, unless told otherwise', async () => {
    const table = source({
      x: Float64Array.from(rows, (i) => i / 3),
      y: Int32Array.from(rows, (i) => 10 - (i % 3)),
    });
    expect((await fitEncoder(table, { target: 'y' })).classes).toEqual(['8', '9', '10']);
    expect((await fitEncoder(table, { target: { y: 'number' } })).targets.y).toMatchObject({
      kind: 'number',
      mean: expect.closeTo(9, 12),
    });
    const many = source({ x: Float64Array.from(rows, (i) => i / 3), y: Int32Array.from(rows) });
    expect((await fitEncoder(many, { target: 'y' })).targets.y?.kind).toBe('number');
    expect((await fitEncoder(many, { target: { y: 'classes' } })).classes).toHaveLength(count);
  });

  it('counts the cells that come out far from 0', async () => {
    const table = source({ x: Float64Array.of(1, 2, 3, 4), y: ['a', 'b', 'a', 'b'] });
    const encoder = await fitEncoder(table, { target: 'y', columns: { x: standardize() } });
    encoder.encode([{ x: 2 }, { x: 1e6 }, { x: -1e6 }]);
    expect([...encoder.extremes]).toEqual([['x', 2]]);
  });

  it('leaves out a column that counts the rows, however many of them are held out', async () => {
    const table = source({ ...people, row: Int32Array.from(rows, (i) => 1000 + i) });
    for (const share of [0.1, 0.4, 0.7]) {
      const { leftOut } = await fitEncoder(table, { target: 'income', rows: holdOut(share).training });
      expect(leftOut).toContainEqual({ column: 'row', why: 'it counts the rows' });
    }
  });

  it('leaves out rows without a target, and goes on in the right place after them', async () => {
    const income = people.income.map((word, i) => (i % 5 === 2 ? null : word));
    const table = source({ ...people, income });
    const encoder = await fitEncoder(table, { target: 'income', input: ['age', 'children'] });
    expect(encoder.untargeted).toBe(12);
    const options = { encoder, shuffle: { window: 16, run: 4 }, seed: 3, epochs: 2 };
    const all = await collect(table, options);
    expect(all).toHaveLength(2 * 48);
    for (const place of [0, 7, 47, 48, 80]) {
      const { position } = all[place] ?? {};
      expect(await collect(table, { ...options, from: position })).toEqual(all.slice(place + 1));
    }
    expect(await collect(table, { encoder, targets: false })).toHaveLength(count);
    expect(() => encoder.encode([{ age: 1, children: 2, income: null }], { targets: true })).toThrow(
      'got a gap',
    );
  });

  it('tells processes that share a table what to do about a row without a target that it has not seen', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income', input: ['age'] });
    const gap = source({ ...people, income: people.income.map((word, i) => (i === 7 ? null : word)) });
    expect(await collect(gap, { encoder, shuffle: true })).toHaveLength(count - 1);
    const shares = [0, 1].map((rank) => collect(gap, { encoder, shuffle: true, shard: { rank, size: 2 } }));
    expect((await Promise.allSettled(shares)).filter(({ status }) => status === 'rejected')).toMatchObject([
      {
        reason: {
          message: expect.stringMatching(/row 7, column 'income': .* fit the encoder on this table/),
        },
      },
    ]);
    const refitted = await fitEncoder(gap, { target: 'income', input: ['age'] });
    const parts = [0, 1].map((rank) =>
      collect(gap, { encoder: refitted, shuffle: true, shard: { rank, size: 2 } }),
    );
    const sizes = (await Promise.all(parts))
      .flat()
      .map(({ size, borrowed }) => (borrowed === true ? 0 : size));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(count - 1);
  });

  it('gives the model only what is not zero of columns of many numbers', async () => {
    const texts = ['to be or not', 'not to be', 'or', null];
    const table = source({
      text: rows.map((i) => texts[i % 4] ?? null),
      x: Float64Array.from(rows),
      y: people.income,
    });
    const columns = { text: tokens({ bits: 18 }) };
    const encoder = await fitEncoder(table, { target: 'y', columns: { ...columns, x: number() } });
    expect(encoder.inputs).toEqual({
      input: [1],
      sparse: { shape: [4], indices: 2 ** 18 },
      'sparse.weights': [4],
    });
    const dense = await fitEncoder(table, {
      target: 'y',
      columns: { text: tokens({ bits: 10 }), x: number() },
    });
    const wide = await collect(table, { encoder: dense });
    for (const [i, { inputs }] of (await collect(table, { encoder })).entries()) {
      const weights = inputs['sparse.weights'] as number[];
      const sorted = (all: readonly number[]): number[] => all.filter((w) => w !== 0).sort();
      expect(sorted(weights)).toEqual(sorted(wide[i]?.inputs.input?.slice(0, -1) ?? []));
      expect(inputs.sparse?.every((index, j) => (index === -1) === (weights[j] === 0))).toBe(true);
      const { inputs: own } = encoder.encode([{ text: texts[i % 4] ?? null, x: i }]);
      expect([...(own.sparse?.data ?? [])]).toEqual(inputs.sparse);
    }
    const alone = await fitEncoder(table, { target: 'y', input: ['text'], columns });
    expect(alone.inputs).toEqual({ sparse: { shape: [5], indices: 2 ** 18 + 1 }, 'sparse.weights': [5] });
    const { sparse } = alone.encode([{ text: 'a longer text than all before it' }]).inputs;
    expect(sparse?.data.at(-1)).toBe(2 ** 18);
    const restored = restoreEncoder(alone.save());
    expect(restored.inputs).toEqual(alone.inputs);
  });

  it('gives words by number as an input of its own', async () => {
    const encoder = await fitEncoder(source(people), {
      target: 'income',
      input: ['age', 'city'],
      columns: { city: indices() },
    });
    expect(encoder.inputs).toEqual({ input: [2], city: { shape: [1], indices: 5 } });
    const all = await collect(source(people), { encoder, batchSize: 7 });
    const numbers = all.flatMap(({ inputs }) => inputs.city ?? []);
    expect(numbers).toEqual(people.city.map((city) => ['Oslo', 'Paris', 'Rome', '', null].indexOf(city)));
    expect([...(encoder.encode([{ age: 1, city: 'Bergen' }]).inputs.city?.data ?? [])]).toEqual([3]);
    expect(restoreEncoder(encoder.save()).inputs).toEqual(encoder.inputs);
  });

  it('reads only as far as the epoch goes without targets', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    const { income: _, ...unlabelled } = people;
    const [first] = await collect(source(unlabelled), { encoder, targets: false, batchSize: count });
    expect(first?.targets).toEqual({});
    expect(first?.size).toBe(count);
  });

  it.each<[string, Columns, FitOptions, string]>([
    [
      'an infinity',
      { x: [1, Number.POSITIVE_INFINITY], y: ['a', 'b'] },
      { target: 'y' },
      "row 1, column 'x': expected a finite number",
    ],
    [
      'a target of no rows',
      { x: [1], y: ['a'] },
      { target: 'y', rows: () => false },
      'expected rows to learn from',
    ],
    [
      'a table of one column',
      { y: ['a', 'b'] },
      { target: 'y' },
      'expected a column to learn from, got none',
    ],
    ['a column that is missing', { x: [1], y: ['a'] }, { target: 'z' }, "column 'z'"],
    [
      'words under a scale',
      { x: ['1', 'two'], y: ['a', 'b'] },
      { target: 'y', columns: { x: standardize() } },
      "expected a number, written as the others are, got 'two'",
    ],
  ])('refuses %s', async (_, columns, options, message) => {
    const error = await failure(source(columns), options);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty('message', expect.stringContaining(message));
  });

  it.each<[string, FitOptions, string]>([
    ['a misspelt option', { traget: 'y' } as object, "got 'traget'; did you mean 'target'?"],
    [
      'an unknown encoding',
      { columns: { x: { kind: 'onehot' } } },
      'fitEncoder columns.x: expected an encoding',
    ],
    [
      'a box for an encoding',
      { columns: { x: { kind: 'embedding', width: 8 } as never } },
      'fitEncoder columns.x: expected an encoding, got the box embedding; name the column indices(), and let the box read it',
    ],
    [
      'an unknown option of an encoding',
      { columns: { x: { kind: 'symlog', base: 2 } as never } },
      "got 'base'",
    ],
    [
      'a wrong option of an encoding',
      { columns: { x: oneHot({ maxCategories: -1 }) } },
      'maxCategories: expected a whole number',
    ],
    ['an encoding of the target', { target: 'y', columns: { y: oneHot() } }, 'got a target'],
    ['the target as input', { target: 'y', input: ['x', 'y'] }, "got 'y'"],
    [
      'an unknown kind of target',
      { target: { y: 'labels' as never } },
      "expected 'classes', 'number' or 'amount'",
    ],
  ])('refuses %s', async (_, options, message) => {
    const error = await failure(source({ x: [1, 2], y: ['a', 'b'] }), options);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toHaveProperty('message', expect.stringContaining(message));
  });

  it('reads numbers and dates as people write them, and again when it is restored', async () => {
    const table = source({
      price: rows.map((i) => (i % 9 === 0 ? '-' : `$${(1000 + 37.5 * i).toLocaleString('en-US')}`)),
      share: rows.map((i) => `${i % 31},5 %`),
      store: rows.map((i) => `S${i % 7}`),
      day: rows.map((i) => `${1 + (i % 28)}.${1 + (i % 12)}.2024`),
      seen: rows.map((i) => `${1 + (i % 12)}/${1 + (i % 12)}/2024 3:00 PM`),
      none: rows.map((i) => (i % 2 ? 'none' : 'unknown')),
      rent: rows.map((i) => `€ ${1000 + 100 * i},50`),
    });
    const encoder = await fitEncoder(table, { target: 'rent' });
    expect(encoder.save().options.columns).toMatchObject([
      { column: 'price', encoding: { kind: 'standardize', format: { prefix: '$' }, indicator: true } },
      { column: 'share', encoding: { kind: 'standardize', format: { decimal: ',', suffix: '%' } } },
      { column: 'store', encoding: { kind: 'oneHot' } },
      { column: 'day', encoding: { kind: 'calendar', order: 'dmy' } },
      { column: 'seen', encoding: { kind: 'calendar', order: 'mdy' } },
      { column: 'none', encoding: { kind: 'oneHot' } },
    ]);
    expect(encoder.targets.rent).toMatchObject({
      kind: 'number',
      mean: 1000.5 + 50 * (count - 1),
      format: { decimal: ',', prefix: '€' },
    });
    const restored = restoreEncoder(encoder.save());
    expect(await encoded(table, restored)).toEqual(await encoded(table, encoder));
    const row = { price: 1000, share: '5', store: 'S1', day: '1.2.2024', seen: null, none: 'none' };
    const [a, b] = [row, { ...row, price: '$1,000' }].map((one) => [
      ...((encoder.encode([one]).inputs.input?.data as Float32Array | undefined) ?? []),
    ]);
    expect(a).toEqual(b);
    expect(() => encoder.encode([{ ...row, price: '€5' }])).toThrow(
      "column 'price': expected a number, as $1.5, got '€5'",
    );
  });

  it('finds how numbers and dates are written for an encoding that is named, too', async () => {
    const table = source({
      price: rows.map((i) => (i % 9 === 0 ? '-' : `$${(1000 + 37.5 * i).toLocaleString('en-US')}`)),
      share: rows.map((i) => `${i % 31},5 %`),
      day: rows.map((i) => `${1 + (i % 28)}.${1 + (i % 12)}.2024`),
      seen: rows.map((i) => `${1 + (i % 12)}/${1 + (i % 12)}/2024`),
      zip: rows.map((i) => `0${1000 + i}`),
    });
    const columns = {
      price: { kind: 'log' },
      share: quantile(),
      day: calendar(),
      seen: calendar(),
      zip: minMax(),
    };
    const encoder = await fitEncoder(table, { columns });
    expect(encoder.save().options.columns).toMatchObject([
      { column: 'price', encoding: { kind: 'symlog', format: { prefix: '$' }, indicator: true } },
      { column: 'share', encoding: { kind: 'quantile', format: { decimal: ',', suffix: '%' } } },
      { column: 'day', encoding: { kind: 'calendar', order: 'dmy' } },
      { column: 'seen', encoding: { kind: 'calendar', order: 'mdy' } },
      { column: 'zip', encoding: { kind: 'minMax' } },
    ]);
    const plain = source({
      price: Float64Array.from(rows, (i) => (i % 9 === 0 ? Number.NaN : 1000 + 37.5 * i)),
      share: Float64Array.from(rows, (i) => (i % 31) + 0.5),
      day: rows.map((i) => new Date(Date.UTC(2024, i % 12, 1 + (i % 28)))),
      seen: rows.map((i) => new Date(Date.UTC(2024, i % 12, 1 + (i % 12)))),
      zip: Float64Array.from(rows, (i) => 1000 + i),
    });
    expect(await encoded(table, encoder)).toEqual(await encoded(plain, await fitEncoder(plain, { columns })));
    expect(await encoded(table, restoreEncoder(encoder.save()))).toEqual(await encoded(table, encoder));
  });

  it.each([
    [standardize(), ['$5', '7', '€6'], "expected a number, written as the others are, got '€6'; correct it"],
    [
      calendar(),
      ['13.1.2024', '1.13.2024'],
      "got '1.13.2024'; correct it, leave the cell empty, or name the order",
    ],
  ])('names the first cell that a named encoding cannot read: %j', async (encoding, cells, message) => {
    const error = await failure(source({ x: cells }), { columns: { x: encoding } });
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ place: { row: cells.length - 1, column: 'x' } });
    expect(String(error)).toContain(message);
  });

  it('takes lists of numbers, of one length or of any, with the gaps among them', async () => {
    const fixed = new FixedSizeList(2, new Field('item', new Float64(), true));
    const any = new List(new Field('item', new Int32(), true));
    const columns = (pairs: (number[] | null)[], lists: (number[] | null)[]): Source =>
      arrowTable(
        tableOf({
          pair: vectorFromArray(pairs, fixed).data[0] as Data,
          list: vectorFromArray(lists, any).data[0] as Data,
          y: floats(...pairs.map((_, i) => i)),
        }),
      );
    const table = columns([[1000, 3000], null, [2000, 2000]], [[7], [], [1, 4, 4]]);
    const encoder = await fitEncoder(table, { target: 'y' });
    expect(encoder.columns).toMatchObject([
      { column: 'pair', encoding: 'vector', width: 3 },
      { column: 'list', encoding: 'vector', width: 4 },
    ]);
    const [a, b] = [-Math.SQRT2, Math.SQRT2];
    // Numbers of the lists: mean 4, variance 4.5.
    const d = Math.sqrt(4.5);
    const expected = [
      [a, b, 0, 3 / d, 0, 0, 1 / 3],
      [0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, -3 / d, 0, 0, 1],
    ];
    for (const one of [encoder, restoreEncoder(encoder.save())]) {
      for (const [i, row] of (await encoded(table, one)).entries()) {
        for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i]?.[j] as number, 12);
      }
      const row = { pair: [1000, 3000], list: [7, 4, 4, 9], y: 0 };
      const { input } = one.encode([row], { dtype: 'float64' }).inputs;
      expect([...(input?.data ?? [])].map((value) => Number(value.toFixed(9)))).toEqual(
        [a, b, 0, 3 / d, 0, 0, 1].map((value) => Number(value.toFixed(9))),
      );
    }
    const bad = columns(
      [
        [1, 2],
        [3, Number.NaN],
      ],
      [[1], [2]],
    );
    await expect(fitEncoder(bad, { target: 'y' })).rejects.toThrow(
      "table, row 1, column 'pair': expected finite numbers, got NaN at place 1",
    );
    const gap = columns(
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [2, null as never]],
    );
    await expect(fitEncoder(gap, { target: 'y' })).rejects.toThrow(
      "table, row 1, column 'list': expected numbers, got a gap at place 1",
    );
  });

  it('refuses integers in lists that a float would round', async () => {
    const lists = vectorFromArray([[1n], [2n ** 53n + 1n]], new List(new Field('item', new Int64(), true)));
    const table = arrowTable(tableOf({ x: lists.data[0] as Data, y: floats(1, 2) }));
    await expect(fitEncoder(table, { target: 'y' })).rejects.toThrow(
      "table, row 1, column 'x': expected integers of at most 53 bits, got 9007199254740993",
    );
  });

  it('takes a target for an amount, of which the model gives the logarithm', async () => {
    const price = Float64Array.from(rows, (i) => (i === 7 ? 1e6 : i % 5));
    const encoder = await fitEncoder(source({ ...people, price }), { target: { price: 'amount' } });
    const mean = price.reduce((sum, one) => sum + one, 0) / count;
    expect(encoder.targets.price).toMatchObject({ mean: 0, isLog: true, isSkewed: true });
    for (const one of [encoder, restoreEncoder(encoder.save())]) {
      expect(one.decode('price', [0])).toBeCloseTo(mean, 6);
      expect(one.decode('price', [Math.log(2)])).toBeCloseTo(2 * mean, 6);
    }
    expect(
      await failure(source({ x: [1, 2, 3], y: [1.5, -2, 3] }), { target: { y: 'amount' } }),
    ).toHaveProperty(
      'message',
      expect.stringContaining("column 'y': expected amounts, numbers from 0 on and not all 0, got -2"),
    );
  });

  it('takes a column for how much a row counts: no input, and 1 on average', async () => {
    const table = source({ ...people, n: Float64Array.from(rows, (i) => 500 * (i % 3)) });
    const encoder = await fitEncoder(table, { target: 'income', weight: 'n' });
    expect(encoder.columns.map(({ column }) => column)).not.toContain('n');
    expect(encoder.leftOut).toContainEqual({ column: 'n', why: 'it is the weight of the rows' });
    for (const one of [encoder, restoreEncoder(encoder.save())]) {
      const [examples] = await collect(table, { encoder: one, batchSize: count });
      expect(examples?.weights).toEqual(rows.map((i) => i % 3));
    }
    const row = { age: 30, city: 'Oslo', fare: 2, children: 1, income: '>50K', n: 1000 };
    expect([...(encoder.encode([row], { targets: true }).weights?.data ?? [])]).toEqual([2]);
    expect(encoder.encode([row]).weights).toBeUndefined();
    const [tomorrow] = await collect(source(people), { encoder, targets: false });
    expect(tomorrow?.weights).toBeUndefined();
  });

  it('refuses rows that count less than nothing, and such as all count nothing', async () => {
    const weighted = (weight: (i: number) => number): Source =>
      source({ ...people, n: Float64Array.from(rows, weight) });
    expect(
      await failure(
        weighted((i) => 5 - i),
        { target: 'income', weight: 'n' },
      ),
    ).toHaveProperty(
      'message',
      expect.stringContaining("row 6, column 'n': expected how much the row counts, a number from 0, got -1"),
    );
    expect(
      await failure(
        weighted(() => 0),
        { target: 'income', weight: 'n' },
      ),
    ).toHaveProperty(
      'message',
      expect.stringContaining("column 'n': expected rows that count, got 0 in every row"),
    );
  });

  it('names all columns that a table lacks', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    const { fare, children, age: Age } = people;
    await expect(collect(source({ Age, fare }), { encoder })).rejects.toThrow(
      "table: expected the columns that the model was fitted on, got a table without 'age' (is it 'Age'?), 'city', 'children', 'income'; give one that has them, or rename its columns",
    );
    const { city } = people;
    await expect(collect(source({ Age, fare, city, children }), { encoder, targets: false })).rejects.toThrow(
      "column 'age': expected this column, which the model was fitted on, got a table without it; give one that has it, or rename 'Age'",
    );
  });

  it('refuses an object without a column, a class that is none, and columns beside an encoder', async () => {
    const encoder = await fitEncoder(source(people), { target: 'income' });
    expect(() => encoder.encode([{ Age: 3, city: null, fare: 1, children: 0 }])).toThrow(
      "column 'age': expected a value, got none; did you mean it by 'Age'?",
    );
    expect(() => encoder.encode([{ Age: 3, fare: 1 }])).toThrow(
      "expected values of 'age' (is it 'Age'?), 'city', 'children', got none; give them, or null for gaps",
    );
    const row = { age: 3, city: 'x', fare: 1, children: 0 };
    expect(() => encoder.encode([{ ...row, income: '<50K' }], { targets: true })).toThrow(
      "did you mean '<=50K'?",
    );
    expect(() => encoder.encode([{ ...row, age: {} }])).toThrow(
      "column 'age': expected a number, got object",
    );
    await expect(collect(source(people), { encoder, input: 'age' } as never)).rejects.toThrow(OptionError);
  });

  it('keeps strings that are not UTF-8 from becoming one class', async () => {
    const column = utf8('aa', 'bb');
    column.values.set([0xc3, 0x28, 0xa0, 0xa1]);
    const error = await failure(arrowTable(tableOf({ x: ints(1, 2), z: floats(1, 2), y: column })), {
      target: 'y',
    });
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty('message', expect.stringContaining("row 0, column 'y': expected UTF-8"));
  });
});
