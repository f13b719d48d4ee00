import { DataError } from '@fluxion/tensor';
import {
  Bool,
  type Data,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int64,
  List,
  makeData,
  Uint8,
  Uint64,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../test/collect.js';
import { fixture } from '../../../test/fixture.js';
import { dictionary, utf8 } from '../../../test/strings.js';
import { byteLists, floats, ints, tableOf } from '../../../test/tables.js';
import {
  type ColumnOptions,
  type Examples,
  type ExamplesOptions,
  openExamples,
  type ReadOptions,
  type Source,
} from '../../index.js';
import { arrowFile } from '../../sources/arrow/arrowFile.js';
import { arrowTable } from '../../sources/arrow/arrowTable.js';

const rows = Array.from({ length: 10 }, (_, i) => i);

function types(): Source {
  return arrowFile(fixture('types.arrow'));
}

/** All rows of one input, in one minibatch. */
async function inputOf(source: Source, options: ExamplesOptions): Promise<readonly number[] | undefined> {
  const [all] = await collect(source, { batchSize: 100, dtype: 'float64', ...options });
  return all?.inputs.input;
}

async function targetOf(
  source: Source,
  options: Partial<ColumnOptions & ReadOptions>,
): Promise<readonly number[] | undefined> {
  const [all] = await collect(source, { batchSize: 100, dtype: 'float64', input: 'int8', ...options });
  return all?.targets.target;
}

async function failure(source: Source, options: ExamplesOptions): Promise<DataError> {
  const error: unknown = await collect(source, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

/** A table of one column called x. */
function tableX(...blocks: readonly [Data, ...Data[]]): Source {
  const [first, ...others] = blocks.map((x) => ({ x })) as [{ x: Data }, ...{ x: Data }[]];
  return arrowTable(tableOf(first, ...others));
}

describe('inputs', () => {
  it.each<[string, (row: number) => number]>([
    ['int8', (i) => i - 5],
    ['uint16', (i) => i * 1000],
    ['int64', (i) => i * 2 ** 40],
    ['uint64', (i) => i * 2 ** 40],
    ['float32', (i) => i / 4],
    ['float64', (i) => i / 8],
    ['bool', (i) => (i % 3 === 0 ? 1 : 0)],
  ])('are numbers of type %s', async (column, value) => {
    expect(await inputOf(types(), { input: column })).toEqual(rows.map(value));
  });

  it('are joined numbers, in the order asked for', async () => {
    const reader = await openExamples(types(), { input: ['float32', 'int8', 'bool'], batchSize: 10 });
    let examples: Examples | undefined;
    while (examples === undefined && (await reader.advance())) examples = reader.next();
    const tensor = examples?.inputs.input;
    expect(tensor?.shape).toEqual([10, 3]);
    expect(tensor?.data).toEqual(Float32Array.from(rows.flatMap((i) => [i / 4, i - 5, i % 3 === 0 ? 1 : 0])));
    await reader.close();
  });

  it('are lists of floats, and of lists', async () => {
    expect(await inputOf(types(), { input: 'floats' })).toEqual(rows.flatMap((i) => [i, i / 2]));
    expect(await inputOf(types(), { input: 'doubles', dtype: 'float32' })).toEqual(
      rows.flatMap((i) => [i, i / 2]),
    );
    const reader = await openExamples(types(), { input: 'matrix', batchSize: 2 });
    await reader.advance();
    const tensor = reader.next()?.inputs.input;
    expect(tensor?.shape).toEqual([2, 3, 2]);
    expect([...(tensor?.data ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 1, 1, 2, 3, 4, 5]);
    await reader.close();
  });

  it('are pictures: lists of bytes, from 0 to 1 unless scaled otherwise', async () => {
    const source = tableX(byteLists([0, 255], [51, 102]));
    expect(await inputOf(source, { input: 'x' })).toEqual([0, 1, 0.2, 0.4]);
    expect(await inputOf(source, { input: 'x', dtype: 'float32' })).toEqual(
      [0, 1, 0.2, 0.4].map(Math.fround),
    );
    expect(await inputOf(source, { input: 'x', scale: 1 })).toEqual([0, 255, 51, 102]);
    expect(await inputOf(source, { input: 'x', scale: { input: 2 } })).toEqual([0, 510, 102, 204]);
    // A byte of its own is a number like others.
    expect(
      await inputOf(tableX(makeData({ type: new Uint8(), data: Uint8Array.of(7) })), { input: 'x' }),
    ).toEqual([7]);
  });

  it('are long columns side by side, and long lists', async () => {
    const numbers = Array.from({ length: 40_000 }, (_, i) => i);
    const x = makeData({ type: new Float64(), data: Float64Array.from(numbers) });
    const y = makeData({ type: new Int64(), data: BigInt64Array.from(numbers, (i) => BigInt(2 * i)) });
    const bits = new Uint8Array(5000).fill(0b1010_1010);
    const bit = makeData({ type: new Bool(), length: 40_000, nullCount: 0, data: bits });
    const joined = arrowTable(tableOf({ x, y, bit }));
    const minibatches = await collect(joined, {
      input: ['x', 'y', 'bit'],
      dtype: 'float64',
      batchSize: 40_000,
    });
    expect(minibatches[0]?.inputs.input).toEqual(numbers.flatMap((i) => [i, 2 * i, i % 2]));
    const pairs = makeData({
      type: new FixedSizeList(2, new Field('item', new Float64(), false)),
      length: 20_000,
      nullCount: 0,
      child: x,
    });
    const lists = await collect(tableX(pairs), { input: 'x', batchSize: 20_000, scale: 0.5 });
    expect(lists[0]?.inputs.input).toEqual(numbers.map((i) => i / 2));
  });

  it('are scaled in float64 and rounded once', async () => {
    const source = tableX(floats(1, 3), floats(5));
    expect(await inputOf(source, { input: 'x', scale: 0.1, dtype: 'float32' })).toEqual(
      [1 * 0.1, 3 * 0.1].map(Math.fround).concat(Math.fround(0.5)),
    );
  });

  it('are read from slices, which keep offsets in bitmaps only', async () => {
    const bits = vectorFromArray([true, false, true, true, false, true, true], new Bool()).slice(2, 6)
      .data[0] as Data;
    expect(await inputOf(tableX(bits), { input: 'x' })).toEqual([1, 1, 0, 1]);
    const table = tableOf({
      x: floats(0, 1, 2, 3, 4),
      list: byteLists([0], [51], [102], [153], [204]),
    }).slice(1, 4);
    expect(await inputOf(arrowTable(table), { input: 'x' })).toEqual([1, 2, 3]);
    expect(await inputOf(arrowTable(table), { input: 'list' })).toEqual([0.2, 0.4, 0.6]);
    const holed = vectorFromArray([null, 1, 2], new Float32()).slice(1, 3).data[0] as Data;
    expect(await inputOf(tableX(holed), { input: 'x' })).toEqual([1, 2]);
  });
});

describe('targets', () => {
  it.each<[string, Partial<ColumnOptions & ReadOptions>, (row: number) => number]>([
    ['integers', { target: 'class' }, (i) => i % 3],
    ['booleans', { target: 'bool' }, (i) => (i % 3 === 0 ? 1 : 0)],
    ['64-bit integers', { target: 'int64', targetKind: 'values' }, (i) => i * 2 ** 40],
    ['a dictionary, by sorted name', { target: 'category' }, (i) => [1, 2, 0][i % 3] as number],
    [
      'a dictionary, by given names',
      { target: 'category', labelNames: ['dog', 'cat', 'ant'] },
      (i) => [1, 0, 2][i % 3] as number,
    ],
    ['strings', { target: 'name', labelNames: ['cat', 'dog', 'ant'] }, (i) => i % 3],
    ['large strings', { target: 'large_name', labelNames: ['cat', 'dog', 'ant'] }, (i) => i % 3],
    [
      'string views, short and long',
      {
        target: 'view_name',
        labelNames: ['cat', 'dog', 'ant', 'cat'.repeat(10), 'dog'.repeat(10), 'ant'.repeat(10)],
      },
      (i) => (i % 3) + (i < 5 ? 0 : 3),
    ],
    ['floats', { target: 'float32' }, (i) => i / 4],
    ['whole floats as labels', { target: 'floats_of_class', targetKind: 'labels' }, (i) => i % 3],
  ])('are %s', async (_, options, value) => {
    const source =
      options.target === 'floats_of_class'
        ? arrowTable(tableOf({ int8: ints(...rows), floats_of_class: floats(...rows.map((i) => i % 3)) }))
        : types();
    expect(await targetOf(source, options)).toEqual(rows.map(value));
  });

  it('are several numbers, or a list, that is scaled by its own name only', async () => {
    expect(await targetOf(types(), { target: ['class', 'float32'] })).toEqual(
      rows.flatMap((i) => [i % 3, i / 4]),
    );
    const picture = arrowTable(tableOf({ int8: ints(3), x: byteLists([0, 255]) }));
    expect(await targetOf(picture, { target: 'x' })).toEqual([0, 1]);
    expect(await targetOf(picture, { target: 'x', scale: 2 })).toEqual([0, 1]);
    expect(await targetOf(picture, { target: 'x', scale: { target: 1 } })).toEqual([0, 255]);
  });

  it('have shapes [batch] for labels and [batch, k] for values', async () => {
    const reader = await openExamples(types(), {
      input: 'int8',
      target: { label: 'class', value: 'float32', list: 'floats' },
      batchSize: 4,
    });
    await reader.advance();
    const targets = reader.next()?.targets;
    expect(targets?.label?.shape).toEqual([4]);
    expect(targets?.label?.data).toBeInstanceOf(Int32Array);
    expect(targets?.value?.shape).toEqual([4, 1]);
    expect(targets?.list?.shape).toEqual([4, 2]);
    await reader.close();
  });

  it('are dictionaries read by name, whatever their order in each block', async () => {
    const source = arrowTable(
      tableOf(
        { x: floats(1, 2), name: dictionary([0, 1], ['b', 'a']) },
        { x: floats(1, 2), name: dictionary([0, 1], ['a', 'b']) },
      ),
    );
    expect(await targetOf(source, { input: 'x', target: 'name' })).toEqual([1, 0, 0, 1]);
  });

  it('are what Polars writes', async () => {
    const source = arrowFile(fixture('polars.arrow'));
    expect(await targetOf(source, { input: 'x', target: 'category' })).toEqual([1, 0, 1]);
    const labelNames = ['b', 'a', 'a name too long to be inlined'];
    expect(await targetOf(source, { input: 'x', target: 'name', labelNames })).toEqual([1, 2, 0]);
  });
});

describe('what cannot be used', () => {
  const item = (type: Float32 | Uint8): Field => new Field('item', type, true);
  const one = floats(1);

  it.each<[string, () => Source, Partial<ExamplesOptions>, string]>([
    [
      'a column that is misspelt',
      () => types(),
      { input: 'Float23' },
      `types.arrow, column 'Float23': expected one of the columns`,
    ],
    ['its neighbour', () => types(), { input: 'Float23' }, `; did you mean 'float32'?`],
    ['a column like none', () => types(), { input: 'temperature' }, `; name one of these`],
    ['a target that is not there', () => types(), { target: 'clas' }, `column 'clas': expected one of`],
    [
      'NaN',
      () => tableX(floats(1), floats(1, 2, Number.NaN)),
      {},
      `table, row 3, column 'x': expected a finite number within float32, got NaN; remove the row or replace the value`,
    ],
    [
      'infinity',
      () => tableX(floats(1, Number.NEGATIVE_INFINITY)),
      {},
      `row 1, column 'x': expected a finite number within float32, got -Infinity`,
    ],
    [
      'NaN among joined columns',
      () => arrowTable(tableOf({ x: floats(1, 2), y: floats(1, Number.NaN) })),
      { input: ['x', 'y'] },
      `table, row 1, column 'y': expected a finite number`,
    ],
    [
      'NaN far down in joined columns',
      () => {
        const zeros = new Float32Array(40_000);
        const y = makeData({ type: new Float32(), data: zeros.with(30_001, Number.NaN) });
        return arrowTable(tableOf({ x: makeData({ type: new Float32(), data: zeros }), y }));
      },
      { input: ['x', 'y'] },
      `table, row 30001, column 'y': expected a finite number within float32, got NaN`,
    ],
    [
      'null far down',
      () => {
        const nullBitmap = new Uint8Array(5000).fill(255);
        nullBitmap[4000] = 0b1111_0111;
        return tableX(
          makeData({ type: new Float32(), nullCount: 1, nullBitmap, data: new Float32Array(40_000) }),
        );
      },
      {},
      `table, row 32003, column 'x': expected a value, got null`,
    ],
    [
      'a label far down',
      () => {
        const side = makeData({ type: new Float32(), data: new Float32Array(40_000).with(39_999, 0.5) });
        return arrowTable(tableOf({ x: side, side }));
      },
      { target: 'side', targetKind: 'labels' },
      `row 39999, column 'side': expected a label, a whole number from 0 to 2147483647, got 0.5`,
    ],
    [
      'NaN in a list',
      () =>
        tableX(
          makeData({
            type: new FixedSizeList(2, item(new Float32())),
            length: 2,
            nullCount: 0,
            child: floats(1, 2, 3, Number.NaN),
          }),
        ),
      {},
      `table, row 1, column 'x': expected a finite number`,
    ],
    [
      'a number beyond float32',
      () => tableX(makeData({ type: new Float64(), data: Float64Array.of(1e300) })),
      {},
      `row 0, column 'x': expected a finite number within float32, got 1e+300`,
    ],
    [
      'an integer beyond a float',
      () => tableX(makeData({ type: new Int64(), data: BigInt64Array.of(1n, 2n ** 53n) })),
      {},
      `row 1, column 'x': expected an integer of at most 53 bits, got 9007199254740992; make it smaller`,
    ],
    [
      'an unsigned integer beyond a float',
      () => tableX(makeData({ type: new Uint64(), data: BigUint64Array.of(2n ** 64n - 1n) })),
      {},
      `expected an integer of at most 53 bits, got 18446744073709551615`,
    ],
    [
      'null',
      () => tableX(vectorFromArray([1, 2, null, 4], new Float32()).data[0] as Data),
      {},
      `table, row 2, column 'x': expected a value, got null; remove the row or fill it in`,
    ],
    [
      'null in a slice',
      () => tableX(vectorFromArray([1, 2, null, 4], new Float32()).slice(1, 4).data[0] as Data),
      {},
      `row 1, column 'x': expected a value, got null`,
    ],
    [
      'a list that is null',
      () =>
        tableX(
          makeData({
            type: new FixedSizeList(2, item(new Uint8())),
            length: 3,
            nullCount: 1,
            nullBitmap: Uint8Array.of(0b011),
            child: makeData({ type: new Uint8(), data: new Uint8Array(6) }),
          }),
        ),
      {},
      `row 2, column 'x': expected a value, got null`,
    ],
    [
      'null in a list',
      () =>
        tableX(
          makeData({
            type: new FixedSizeList(2, item(new Uint8())),
            length: 3,
            nullCount: 0,
            child: makeData({
              type: new Uint8(),
              length: 6,
              nullCount: 1,
              nullBitmap: Uint8Array.of(0b110111),
              data: new Uint8Array(6),
            }),
          }),
        ),
      {},
      `row 1, column 'x': expected a value, got null`,
    ],
    [
      'strings as input',
      () => tableX(utf8('a')),
      {},
      `column 'x': expected integers, floats, booleans or fixed-size lists of them, got Utf8; strings can only be targets`,
    ],
    [
      'half floats',
      () => tableX(makeData({ type: new Float16(), data: new Uint16Array(1) })),
      {},
      'got Float16; convert it to float32',
    ],
    [
      'lists of any size',
      () =>
        tableX(
          makeData({
            type: new List(item(new Float32())),
            valueOffsets: Int32Array.of(0, 1),
            child: one,
          }),
        ),
      {},
      'make its lists of one fixed size',
    ],
    [
      'other types',
      () => types(),
      { input: 'unused_timestamp' },
      'expected integers, floats, booleans or fixed-size lists',
    ],
    [
      'lists joined with numbers',
      () => types(),
      { input: ['floats', 'int8'] },
      `column 'floats': expected numbers to join into a vector, got FixedSizeList[2]<Float32>; name the list alone, or as an input of its own`,
    ],
    [
      'lists longer than any example',
      () =>
        tableX(
          makeData({
            type: new FixedSizeList(2 ** 27, item(new Uint8())),
            length: 0,
            nullCount: 0,
            child: makeData({ type: new Uint8(), data: new Uint8Array(0) }),
          }),
        ),
      {},
      `column 'x': expected at most 67108864 numbers in an example, got 134217728; make the lists shorter`,
    ],
    [
      'negative labels',
      () => types(),
      { target: 'int8' },
      `row 0, column 'int8': expected a label, a whole number from 0 to 2147483647, got -5; count classes from 0`,
    ],
    [
      'labels beyond the classes',
      () => types(),
      { input: 'int8', target: 'class', classes: 2 },
      `row 2, column 'class': expected a label, a whole number from 0 to 1, got 2; check the column, or raise the number of classes`,
    ],
    [
      'broken labels',
      () => types(),
      { target: 'float32', targetKind: 'labels' },
      `row 1, column 'float32': expected a label, a whole number from 0 to 2147483647, got 0.25; give whole numbers, or take a loss of values (squaredError), with targetKind 'values'`,
    ],
    [
      'several columns of labels',
      () => types(),
      { target: ['int8', 'class'], targetKind: 'labels' },
      'expected one column of labels, got 2',
    ],
    [
      'lists as labels',
      () => types(),
      { target: 'floats', targetKind: 'labels' },
      'expected integers, booleans or strings as labels, got FixedSizeList',
    ],
    [
      'strings as values',
      () => types(),
      { target: 'name', targetKind: 'values' },
      'strings can only be targets',
    ],
    [
      'strings without names',
      () => types(),
      { target: 'name' },
      `column 'name': expected the names of the classes, got a column that does not list them; give labelNames, which describe() collects`,
    ],
    [
      'an unknown string',
      () => types(),
      { target: 'name', labelNames: ['cat', 'dog', 'aunt'] },
      `row 2, column 'name': expected one of cat, dog, aunt, got 'ant'; did you mean 'aunt'?`,
    ],
    [
      'an unknown string, of many',
      () => types(),
      { target: 'category', labelNames: Array.from({ length: 20 }, (_, i) => `class ${i}`) },
      `row 0, column 'category': expected one of 20 label names, got 'cat'; remove the row, or add it to the label names`,
    ],
    [
      'a name that a later block adds',
      () =>
        arrowTable(
          tableOf(
            { x: floats(1), name: dictionary([0], ['a']) },
            { x: floats(1), name: dictionary([1], ['a', 'other']) },
          ),
        ),
      { input: 'x', target: 'name' },
      `table, row 1, column 'name': expected one of a, got 'other'`,
    ],
    [
      'a code beyond the dictionary',
      () => arrowTable(tableOf({ x: floats(1), name: dictionary([4], ['a']) })),
      { input: 'x', target: 'name' },
      'expected a value of the dictionary, got a code beyond it; write the data again',
    ],
    [
      'null as a label',
      () => arrowTable(tableOf({ x: floats(1, 2), name: utf8('a', null) })),
      { input: 'x', target: 'name', labelNames: ['a'] },
      `row 1, column 'name': expected a value, got null`,
    ],
  ])('is named: %s', async (_, source, options, message) => {
    const read = source();
    // The tables of these tests have a column x, the file of all types has int8.
    const input = read.name === 'table' ? 'x' : 'int8';
    expect((await failure(read, { input, ...options })).message).toContain(message);
  });

  it('is a column whose name comes twice', async () => {
    const table = tableOf({ x: one, y: one });
    const twice = table.schema.fields.map((field) => field.clone({ name: 'x' }));
    const schema = Object.assign(Object.create(table.schema), { fields: twice });
    const source = arrowTable({ schema, batches: table.batches, numRows: 1 });
    expect((await failure(source, { input: 'x' })).message).toBe(
      "table, column 'x': expected one column of this name, got several; rename them",
    );
  });
});
