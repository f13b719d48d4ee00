import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  arrowTable,
  calendar,
  type Encoder,
  fitEncoder,
  hashed,
  indices,
  jsonLinesFile,
  minMax,
  number,
  oneHot,
  quantile,
  set,
  standardize,
  symlog,
  tokens,
} from '@fluxion/data';
import { apply, concat, embedding, flatten, graph, linear, sequential, tanh } from '@fluxion/layers';
import { exportOnnx } from '@fluxion/onnx';
import { predictRow } from '@fluxion/pipeline';
import { tensor } from '@fluxion/tensor';
import { Field, FixedSizeList, makeData, Table, Uint8, Vector, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OnnxData, runOnnx } from './runOnnx.js';

type Row = Readonly<Record<string, string | number | null>>;

const folder = mkdtempSync(join(tmpdir(), 'fluxion-onnx-'));
const file = join(folder, 'people.jsonl');
const rows: readonly Row[] = Array.from({ length: 60 }, (_, i) => ({
  age: i % 7 === 0 ? null : 20 + ((7 * i) % 41),
  wealth: (i * i * 977) % 50_000,
  tied: i % 5,
  city: i % 11 === 0 ? null : ['Paris', 'Oslo', 'Rome'][i % 3],
  street: `street ${i % 20}`,
  words: ['one two', 'two three', 'three'][i % 3],
  income: (7 * i) % 41 > 20 ? '>50K' : '<=50K',
  rent: 300 + 10 * (i % 13),
  since: new Date(Date.UTC(1960 + i, (5 * i) % 12, 1 + ((11 * i) % 31), i % 24, i)).toISOString(),
}));
/** Rows unlike those that the encoder was fitted on, too. */
const seen: readonly Row[] = [
  ...rows.slice(0, 9),
  {
    age: -4,
    wealth: 1e9,
    tied: 2.5,
    city: 'Bern',
    street: 'street 3',
    words: '',
    income: '>50K',
    rent: 1,
    since: '2000-02-29T23:59:59Z',
  },
  {
    age: null,
    wealth: null,
    tied: 4,
    city: '',
    street: 'nowhere',
    words: 'x',
    income: '>50K',
    rent: 1,
    since: null,
  },
  {
    age: 1e6,
    wealth: -1,
    tied: 99,
    city: 'Oslo',
    street: '',
    words: 'one',
    income: '>50K',
    rent: 1,
    since: '1900-02-28T12:00:00Z',
  },
];

beforeAll(() => writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
afterAll(() => rmSync(folder, { recursive: true }));

/** A number, a time in milliseconds since 1970, or NaN for a gap. */
function numberOf(cell: Row[string]): number {
  return typeof cell === 'string' ? Date.parse(cell) : (cell ?? Number.NaN);
}

/** Columns of the table as ONNX takes them. */
function columnsOf(inputs: ReturnType<typeof exportOnnx>['inputs']): Record<string, OnnxData> {
  return Object.fromEntries(
    inputs.map(({ name, type }): [string, OnnxData] => {
      const cells = seen.map((row) => row[name] ?? null);
      const shape = [seen.length, 1];
      return [
        name,
        type === 'string'
          ? { data: cells.map((cell) => (cell === null ? '' : String(cell))), shape }
          : { data: Float64Array.from(cells, (cell) => numberOf(cell)), shape },
      ];
    }),
  );
}

describe('a model with its encoder predicts of raw columns', () => {
  it.each([
    ['the most frequent number for a gap', { age: number({ missing: 'mostFrequent' }) }],
    ['standardize', { age: standardize(), wealth: standardize({ missing: 7, indicator: true }) }],
    ['minMax', { age: minMax(), wealth: minMax({ indicator: false }) }],
    ['number', { age: number(), wealth: number() }],
    ['symlog', { age: symlog(), wealth: symlog() }],
    ['quantile', { age: quantile(), wealth: quantile(), tied: quantile() }],
    ['oneHot', { city: oneHot(), street: oneHot({ maxCategories: 5, indicator: true }), tied: oneHot() }],
    [
      'oneHot with gaps as a word',
      { city: oneHot({ missing: 'mostFrequent' }), street: oneHot({ missing: 'street 3' }) },
    ],
    ['calendar', { since: calendar(), age: number() }],
    ['calendar in parts', { since: calendar({ parts: ['month', 'weekday'], indicator: true }) }],
    ['a mixture', { age: standardize(), city: oneHot(), wealth: quantile(), street: indices() }],
  ])('%s', async (_, columns) => {
    const encoder = await fitEncoder(jsonLinesFile(file), {
      target: 'income',
      columns,
      input: Object.keys(columns),
    });
    const model = sequential([linear(5), tanh(), linear(2)], { encoder, seed: 3 });
    const { bytes, inputs, outputs, before } = exportOnnx(model);
    expect(before).toEqual([]);
    expect(inputs.map(({ name }) => name)).toEqual(Object.keys(columns));
    expect(outputs.map(({ name, type }) => [name, type])).toEqual([
      ['income', 'string'],
      ['income.probabilities', 'float32'],
    ]);
    const found = await runOnnx(bytes, columnsOf(inputs));
    seen.forEach((row, i) => {
      const expected = predictRow(model, row) as { class: string; probabilities: Record<string, number> };
      expect(found.income?.data[i]).toBe(expected.class);
      Object.values(expected.probabilities).forEach((probability, label) => {
        expect(found['income.probabilities']?.data[2 * i + label]).toBeCloseTo(probability, 5);
      });
    });
  });

  it('of lists of numbers, standardized together', async () => {
    const lists = join(folder, 'lists.jsonl');
    const pairs = rows.map((_, i) => [100 + (i % 5), 40 - (i % 9)]);
    writeFileSync(
      lists,
      pairs.map((pair, i) => `${JSON.stringify({ pair, y: i % 2 ? 'a' : 'b' })}\n`).join(''),
    );
    const encoder = await fitEncoder(jsonLinesFile(lists), { target: 'y' });
    const model = sequential([linear(2)], { encoder, seed: 3 });
    const { bytes, before } = exportOnnx(model);
    expect(before).toEqual([]);
    const found = await runOnnx(bytes, {
      pair: tensor(Float32Array.from(pairs.flat()), [pairs.length, 2]),
    });
    pairs.forEach((pair, i) => {
      const { probabilities } = predictRow(model, { pair }) as { probabilities: Record<string, number> };
      expect(found['y.probabilities']?.data[2 * i]).toBeCloseTo(probabilities.a as number, 5);
    });
  });

  it('as a number in its own units, and as one unit of two classes', async () => {
    const columns = { age: standardize(), city: indices() };
    const encoder = await fitEncoder(jsonLinesFile(file), {
      target: { rent: 'number', income: 'classes' },
      columns,
      input: Object.keys(columns),
    });
    const model = graph(
      {
        inputs: structuredClone(encoder.inputs),
        boxes: {
          where: apply(embedding(3), 'city'),
          place: apply(flatten(), 'where'),
          all: apply(concat(), 'input', 'place'),
          rent: apply(linear(1), 'all'),
          income: apply(linear(1), 'all'),
        },
        outputs: ['rent', 'income'],
      },
      { encoder, seed: 2 },
    );
    const { bytes, inputs, outputs } = exportOnnx(model);
    expect(outputs.map(({ name }) => name)).toEqual(['rent', 'income', 'income.probabilities']);
    const found = await runOnnx(bytes, columnsOf(inputs));
    seen.forEach((row, i) => {
      const { rent, income } = predictRow(model, row) as unknown as {
        rent: number;
        income: { class: string };
      };
      const said = found.rent?.data[i] as number;
      expect(Math.abs(said - rent) / Math.max(1, Math.abs(rent))).toBeLessThan(1e-5);
      expect(found.income?.data[i]).toBe(income.class);
    });
  });
});

it('says what has to be done before, where ONNX cannot', async () => {
  const columns = { street: hashed({ bits: 4 }), words: set({ separator: ' ' }), city: tokens({ bits: 12 }) };
  const encoder: Encoder = await fitEncoder(jsonLinesFile(file), {
    target: 'income',
    columns,
    input: Object.keys(columns),
  });
  const model = sequential([linear(2)], { encoder, seed: 3 });
  const { inputs, before } = exportOnnx(model);
  expect(inputs.map(({ name, type, shape }) => [name, type, shape[0]])).toEqual([
    ['street', 'float32', 16],
    ['words', 'float32', 4],
    ['sparse', 'int64', 1],
    ['sparse.weights', 'float32', 1],
  ]);
  expect(before).toEqual([
    "'street' is encoded by hashed: encoder.encode() gives its 16 numbers",
    "'words' is encoded by set: encoder.encode() gives its 4 numbers",
    "'city' is encoded by tokens, as the model's inputs 'sparse' and 'sparse.weights' have it",
  ]);
});

it('says which range the numbers of a picture have, in the file too', async () => {
  const type = new FixedSizeList(4, new Field('pixel', new Uint8(), false));
  const child = makeData({ type: new Uint8(), data: Uint8Array.of(0, 50, 100, 255, 255, 100, 50, 0) });
  const picture = new Vector([makeData({ type, length: 2, nullCount: 0, child })]);
  const pictures = arrowTable(new Table({ picture, kind: vectorFromArray(['dark', 'light']) }));
  const encoder = await fitEncoder(pictures, { target: 'kind' });
  const { bytes, inputs } = exportOnnx(sequential([linear(2)], { encoder }));
  const meaning = '4 bytes, from 0 to 255';
  expect(inputs).toEqual([{ name: 'picture', type: 'float32', shape: [4], meaning }]);
  expect(Buffer.from(bytes).includes(meaning)).toBe(true);
});
