import { OptionError, tensor } from '@fluxion/tensor';
import {
  type Data,
  type DataType,
  DateDay,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellReader } from '../cells/cellReader.js';
import { calendar } from './calendar.js';
import type { ColumnState, EncodingDescription } from './encoding.js';
import { definitionOf, encodings } from './encodings.js';
import { hashed } from './hashed.js';
import { indices } from './indices.js';
import { minMax } from './minMax.js';
import { number } from './number.js';
import { oneHot } from './oneHot.js';
import { quantile } from './quantile.js';
import { set } from './set.js';
import { standardize } from './standardize.js';
import { symlog } from './symlog.js';
import { tokens } from './tokens.js';
import { vector } from './vector.js';
import { words } from './words.js';

/** What every encoding is held to, on values of its own and the column that has them. */
interface Case {
  readonly description: EncodingDescription;
  readonly value: fc.Arbitrary<unknown>;
  column(values: readonly unknown[]): Data;
}

const column =
  (type: DataType) =>
  (values: readonly unknown[]): Data =>
    vectorFromArray(values as unknown[], type).data[0] as Data;
const gap = fc.constant(null);
const real = fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.integer({ min: -3, max: 3 }), gap);
const word = fc.oneof(
  fc.constantFrom('Paris', 'Oslo', 'Rome'),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  gap,
);
const numeric = (description: EncodingDescription): Case => ({
  description,
  value: real,
  column: column(new Float64()),
});
const worded = (description: EncodingDescription): Case => ({
  description,
  value: word,
  column: column(new Utf8()),
});
const lists = new FixedSizeList(2, new Field('item', new Float32(), false));

const cases: Readonly<Record<string, Case>> = {
  standardize: numeric(standardize()),
  minMax: numeric(minMax({ missing: -1 })),
  quantile: numeric(quantile()),
  symlog: numeric(symlog({ indicator: true })),
  log: numeric({ kind: 'log' }),
  number: numeric(number({ missing: 'mostFrequent' })),
  oneHot: worded(oneHot({ maxCategories: 2, missing: 'mostFrequent' })),
  indices: worded(indices({ maxCategories: 2 })),
  hashed: worded(hashed({ bits: 4 })),
  tokens: worded(tokens({ bits: 5 })),
  set: worded(set({ separator: 'a' })),
  calendar: {
    description: calendar(),
    value: fc.oneof(fc.date({ noInvalidDate: true, min: new Date(-1e14), max: new Date(1e14) }), gap),
    column: column(new TimestampMillisecond()),
  },
  vector: {
    description: vector({ shape: [2], scale: 0.5 }),
    value: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 }),
    column: (values) =>
      makeData({
        type: lists,
        length: values.length,
        nullCount: 0,
        child: makeData({ type: new Float32(), data: Float32Array.from(values.flat() as number[]) }),
      }),
  },
  words: worded(words({ maxCategories: 2 })),
};

function start(
  description: EncodingDescription,
  seen: readonly unknown[] = [],
): {
  readonly reader: CellReader<unknown>;
  readonly state: ColumnState;
} {
  const definition = definitionOf(description);
  const state = definition.start(description);
  const reader = definition.reader(description);
  for (const value of seen) state.see(reader.ofValue(value, {}));
  state.settle();
  return { reader, state };
}

function encoded(state: ColumnState, cell: unknown): number[] {
  const out = new Float64Array(state.width + 2).fill(7);
  state.encode(cell, out, 1);
  expect([out[0], out.at(-1)]).toEqual([7, 7]);
  return [...out.subarray(1, -1)];
}

describe('encodings', () => {
  it('are all held to the same', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(encodings).sort());
  });

  describe.each(Object.entries(cases))('%s', (_, { description, value, column }) => {
    const values = fc.array(value, { minLength: 1, maxLength: 40 });

    it('gives finite numbers, as many as its width, for what was seen and what was not', () => {
      fc.assert(
        fc.property(values, values, (seen, others) => {
          const { reader, state } = start(description, seen);
          for (const one of [...seen, ...others]) {
            const numbers = encoded(state, reader.ofValue(one, {}));
            expect(numbers.every(Number.isFinite)).toBe(true);
          }
        }),
        { numRuns: 50 },
      );
    });

    it('restores to the same bits from JSON and its memory', () => {
      fc.assert(
        fc.property(values, values, (seen, others) => {
          const { reader, state } = start(description, seen);
          const saved: EncodingDescription = JSON.parse(JSON.stringify(state.description));
          const memory = Object.fromEntries(
            Object.entries(state.memory).map(([name, numbers]) => [name, numbers.slice()]),
          );
          const definition = definitionOf(saved);
          const restored = definition.start(saved, memory);
          restored.settle();
          expect(restored.width).toBe(state.width);
          for (const one of others) {
            const cell = reader.ofValue(one, {});
            expect(encoded(restored, cell)).toEqual(encoded(state, cell));
            state.see(cell);
            restored.see(cell);
          }
          expect(restored.memory).toEqual(state.memory);
          expect(restored.description).toEqual(state.description);
        }),
        { numRuns: 50 },
      );
    });

    it('online, encodes by the cells before and by nothing else', () => {
      fc.assert(
        fc.property(values, (seen) => {
          const { reader, state } = start(description);
          for (const [i, one] of seen.entries()) {
            const cell = reader.ofValue(one, {});
            const again = start(description);
            for (const earlier of seen.slice(0, i)) again.state.see(reader.ofValue(earlier, {}));
            expect(encoded(state, cell)).toEqual(encoded(again.state, cell));
            state.see(cell);
          }
        }),
        { numRuns: 20 },
      );
    });

    it('reads the cells of a column as it reads plain values', async () => {
      await fc.assert(
        fc.asyncProperty(values, async (all) => {
          const { reader, state } = start(description, all);
          const cells = await reader.ofColumn(column(all), {});
          expect(cells).toHaveLength(all.length);
          for (const [i, one] of all.entries()) {
            expect(encoded(state, cells[i])).toEqual(encoded(state, reader.ofValue(one, {})));
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  it('tell dates by the calendar', () => {
    const { reader, state } = start(calendar(), ['2026-01-01', '2026-12-31', null]);
    expect(state.description).toMatchObject({ parts: ['weekday', 'month', 'trend'], indicator: true });
    // 5 January 2026 was a Monday.
    const monday = encoded(state, reader.ofValue('2026-01-05', {}));
    expect(monday.slice(0, 2)).toEqual([0, 1]);
    const angle = (2 * Math.PI * (4 / 31)) / 12;
    expect(monday[2]).toBeCloseTo(Math.sin(angle), 14);
    expect(monday[3]).toBeCloseTo(Math.cos(angle), 14);
    expect(encoded(state, reader.ofValue('2026-12-31', {}))[4]).toBeCloseTo(1, 14);
    expect(encoded(state, Number.NaN)).toEqual([0, 0, 0, 0, 0, 1]);
    const noon = start(calendar({ parts: ['hour'] }), []).state;
    expect(encoded(noon, Date.UTC(1969, 5, 1, 6)).slice(0, 2)).toEqual([1, Math.cos(Math.PI / 2)]);
  });

  it('tell dates of days as those of milliseconds', async () => {
    const { reader } = start(calendar());
    const days = makeData({ type: new DateDay(), data: Int32Array.of(0, 20_000, -1) });
    expect([...((await reader.ofColumn(days, {})) as Float64Array)]).toEqual([0, 20_000 * 864e5, -864e5]);
  });

  it('know ranks of equal numbers, between numbers and beyond them', () => {
    const { state } = start(quantile(), [1, 2, 2, 4]);
    const ranks = [0, 1, 1.5, 2, 3, 4, 9].map((x) => (encoded(state, x)[0] as number) / Math.sqrt(12) + 0.5);
    for (const [i, rank] of [0, 0.5, 1, 2, 3, 3.5, 4].entries()) expect(ranks[i]).toBeCloseTo(rank / 4, 14);
  });

  it('keep a fair sample for ranks of many numbers', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => ((i * 7919) % 50_000) / 50_000);
    const { state } = start(quantile(), many);
    for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      const rank = (encoded(state, share)[0] as number) / Math.sqrt(12) + 0.5;
      expect(Math.abs(rank - share)).toBeLessThan(0.05);
    }
  });

  it('hash words as others do', () => {
    const { reader, state } = start(hashed({ bits: 20 }), []);
    // murmurhash3_32('foo', seed=0) of scikit-learn 1.2 is -156908512 as a signed number.
    const numbers = encoded(state, reader.ofValue('foo', {}));
    expect(numbers[-156908512 & (2 ** 20 - 1)]).toBe(-1);
    expect(numbers.filter((x) => x !== 0)).toHaveLength(1);
  });

  it('count the words of a text, whatever their case', () => {
    const { reader, state } = start(tokens({ bits: 10 }), []);
    const numbers = encoded(state, reader.ofValue('To be, or not to be: ÉTÉ été.', {})).filter(
      (x) => x !== 0,
    );
    const twice = 1 + Math.log(2);
    const length = Math.hypot(twice, twice, 1, 1, twice);
    const expected = [1, 1, twice, twice, twice].map((weight) => expect.closeTo(weight / length, 14));
    expect(numbers.map(Math.abs).sort()).toEqual(expected);
    expect(encoded(state, reader.ofValue('?!', {})).every((x) => x === 0)).toBe(true);
  });

  it('give a text the same words as bytes of a column, in a dictionary, or as a value', async () => {
    const { reader } = start(tokens({ bits: 20 }), []);
    const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(texts, async (words) => {
        const expected = words.map((word) => reader.ofValue(word, {}));
        for (const type of [new Utf8(), new Dictionary(new Utf8(), new Int32())]) {
          const [data] = vectorFromArray([null, ...words], type).data;
          expect(await reader.ofColumn(data as Data, {})).toEqual([undefined, ...expected]);
        }
      }),
    );
  });

  it('number the words of a text in their order, and end it by −1', () => {
    const { reader, state } = start(words(), ['The sun, the sea', 'sun']);
    expect(state).toMatchObject({ width: 4, indices: 3, masked: true });
    expect(encoded(state, reader.ofValue('THE moon the sun and more', {}))).toEqual([1, 2, 1, 0]);
    expect(encoded(state, reader.ofValue('sun', {}))).toEqual([0, -1, -1, -1]);
    expect(encoded(state, reader.ofValue(null, {}))).toEqual([2, -1, -1, -1]);
  });

  it('give each word of a set its place, and lists theirs', () => {
    const { reader, state } = start(set({ separator: '|' }), ['Drama|Comedy', 'Comedy | Drama', 'War', null]);
    expect(state.description).toMatchObject({ categories: ['Comedy', 'Drama'], indicator: true });
    expect(encoded(state, reader.ofValue('Drama|War', {}))).toEqual([0, 1, 1, 0]);
    expect(encoded(state, reader.ofValue(['Comedy', 'Drama'], {}))).toEqual([1, 1, 0, 0]);
    expect(encoded(state, reader.ofValue(null, {}))).toEqual([0, 0, 0, 1]);
  });

  it('take what came most often for a gap among numbers', () => {
    const { reader, state } = start(number({ missing: 'mostFrequent' }), [7, 2, 7, 3, null]);
    expect(encoded(state, reader.ofValue(null, {}))).toEqual([7, 1]);
    state.see(2);
    expect(encoded(state, reader.ofValue(null, {}))).toEqual([2, 1]);
  });

  it('are made of options by name, and of bits alone where that is usual', () => {
    expect(hashed(18)).toEqual(hashed({ bits: 18 }));
    for (const [make, message] of [
      [
        () => oneHot(50 as never),
        'oneHot: expected an object of options, got 50; give each by its name, as { maxCategories: 50 }',
      ],
      [
        () => standardize('mean' as never),
        'standardize: expected an object of options, got "mean"; give each by its name, as { missing: 0 }',
      ],
      [
        () => calendar(['hour'] as never),
        `calendar: expected an object of options, got ["hour"]; give each by its name, as { parts: ['hour'] }`,
      ],
      [
        () => hashed('18' as never),
        'hashed: expected an object of options, got "18"; give each by its name, as { bits: 10 }',
      ],
    ] as const) {
      expect(make).toThrow(new OptionError(message));
    }
  });

  it('give a new word the next free place online', () => {
    const { state } = start(oneHot({ maxCategories: 2 }));
    expect(encoded(state, 'b')).toEqual([0, 0, 1, 0]);
    for (const word of ['b', 'a', 'c']) state.see(word);
    expect(encoded(state, 'b')).toEqual([1, 0, 0, 0]);
    expect(encoded(state, 'c')).toEqual([0, 0, 1, 0]);
    expect(tensor(state.memory.counts as Float64Array).shape).toEqual([2]);
  });
});
