import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DataError, OptionError, StateError } from '@fluxion/tensor';
import { type Data, Float64, makeData, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, inputsOf } from '../../test/collect.js';
import { utf8 } from '../../test/strings.js';
import { byteLists, floats, ints, numberedRows, tableOf } from '../../test/tables.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { watched } from '../../test/watchedSource.js';
import { holdOut } from '../order/holdOut.js';
import { arrowFile } from '../sources/arrow/arrowFile.js';
import { arrowStream } from '../sources/arrow/arrowStream.js';
import { arrowTable } from '../sources/arrow/arrowTable.js';
import type { OpenSource, Source } from '../sources/source.js';
import type { ExamplesOptions } from './examples.js';
import { openExamples } from './openExamples.js';

const columns = { input: 'x', target: 'label' } as const;

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** Waits until what can be read without being asked for has been read. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The same column in memory of its own. */
function copyOf(column: Data): Data {
  const children = column.children.map(copyOf);
  return column.values === undefined
    ? column.clone(column.type, 0, column.length, 0, undefined, children)
    : column.clone(column.type, 0, column.length, 0, [undefined, column.values.slice()] as never, children);
}

/** Writes over the numbers of a column. */
function spoil(column: Data): void {
  column.values?.fill(99);
  column.children.forEach(spoil);
}

/** The same rows, addressed or one-way. */
function sourceOf(sizes: readonly number[], kind: 'addressed' | 'one-way'): Source {
  const table = numberedRows(sizes);
  if (kind === 'addressed') return arrowTable(table);
  const bytes = tableToIPC(table, 'stream');
  return arrowStream(() => Readable.from([bytes]));
}

const anySizes = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 0, maxLength: 8 });
const anyKind = fc.constantFrom('addressed' as const, 'one-way' as const);
const anyOptions = fc.record({
  batchSize: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  epochs: fc.integer({ min: 0, max: 3 }),
  shuffle: fc.oneof(
    fc.boolean(),
    fc.record({ window: fc.integer({ min: 1, max: 20 }) }),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .map(([run, runs]) => ({ run, window: run * runs })),
  ),
  rows: fc.constantFrom(undefined, holdOut(0.5, 1).training, (row: number) => row % 3 === 0),
});

describe('openExamples', () => {
  it('gives the rows in order, in minibatches that cross blocks but not epochs', async () => {
    const minibatches = await collect(arrowTable(numberedRows([3, 0, 2])), {
      ...columns,
      batchSize: 2,
      epochs: 2,
    });
    expect(minibatches).toEqual(
      [0, 1].flatMap((epoch) => [
        {
          size: 2,
          inputs: { input: [0, 1] },
          targets: { target: [0, 1] },
          number: epoch * 2 ** 32,
          position: { epoch, row: 2 },
        },
        {
          size: 2,
          inputs: { input: [2, 3] },
          targets: { target: [2, 3] },
          number: epoch * 2 ** 32 + 2,
          position: { epoch, row: 4 },
        },
        {
          size: 1,
          inputs: { input: [4] },
          targets: { target: [4] },
          number: epoch * 2 ** 32 + 4,
          position: { epoch: epoch + 1, row: 0 },
        },
      ]),
    );
  });

  it('lends tensors of the minibatch that the next one overwrites', async () => {
    const reader = await openExamples(arrowTable(numberedRows([5])), { ...columns, batchSize: 2 });
    await reader.advance();
    const first = reader.next();
    const tensor = first?.inputs.input;
    expect(tensor?.shape).toEqual([2, 1]);
    expect(tensor?.get(1, 0)).toBe(1);
    expect(reader.next()?.inputs.input).toBe(tensor);
    expect(tensor?.get(1, 0)).toBe(3);
    expect(reader.next()).toBeUndefined();
    await reader.advance();
    const last = reader.next();
    expect(last?.inputs.input?.shape).toEqual([1, 1]);
    expect(last?.targets.target?.shape).toEqual([1]);
    await reader.close();
  });

  it('gives each row once in each epoch, with its label, whatever the blocks and the order', async () => {
    await fc.assert(
      fc.asyncProperty(anySizes, anyKind, anyOptions, async (sizes, kind, options) => {
        const minibatches = await collect(sourceOf(sizes, kind), { ...columns, ...options });
        const all = range(sizes.reduce((sum, size) => sum + size, 0));
        const rows = all.filter(options.rows ?? (() => true));
        const perEpoch = Math.ceil(rows.length / options.batchSize);
        expect(minibatches).toHaveLength(perEpoch * options.epochs);
        for (const { size, inputs, targets } of minibatches) {
          expect(inputs.input).toHaveLength(size);
          expect(targets.target).toEqual(inputs.input);
        }
        for (let epoch = 0; epoch < options.epochs; epoch++) {
          const given = minibatches.slice(epoch * perEpoch, (epoch + 1) * perEpoch);
          expect(given.flatMap(({ inputs }) => inputs.input ?? []).sort((a, b) => a - b)).toEqual(rows);
          expect(given.map(({ number }) => number)).toEqual(
            given.map((_, i) => epoch * 2 ** 32 + i * options.batchSize),
          );
        }
      }),
    );
  });

  it('goes on from any position as if it had never stopped, as often as it stops', async () => {
    await fc.assert(
      fc.asyncProperty(anySizes, anyKind, anyOptions, async (sizes, kind, options) => {
        const source = sourceOf(sizes, kind);
        const whole = await collect(source, { ...columns, ...options });
        for (const [index, { position }] of whole.entries()) {
          const rest = await collect(source, { ...columns, ...options, from: position });
          expect(rest).toEqual(whole.slice(index + 1));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('goes on in minibatches of another size', async () => {
    const options: ExamplesOptions = { ...columns, shuffle: { window: 8, run: 4 }, seed: 3 };
    const source = arrowTable(numberedRows([4, 4, 4]));
    const singly = await inputsOf(source, options);
    const [first] = await collect(source, { ...options, batchSize: 5 });
    expect(await inputsOf(source, { ...options, batchSize: 3, from: first?.position })).toEqual(
      singly.slice(5),
    );
  });

  it('mixes runs and the rows of a window, differently in each epoch and for each seed', async () => {
    const source = arrowTable(numberedRows([200]));
    const options: ExamplesOptions = { ...columns, shuffle: { window: 40, run: 10 }, seed: 1, epochs: 2 };
    const both = await inputsOf(source, options);
    const first = both.slice(0, 200);
    expect(first).not.toEqual(both.slice(200));
    expect(first).not.toEqual(await inputsOf(source, { ...options, seed: 2, epochs: 1 }));
    expect(await inputsOf(source, options)).toEqual(both);
    for (let window = 0; window < 5; window++) {
      const rows = first.slice(window * 40, (window + 1) * 40);
      const runs = new Set(rows.map((row) => Math.floor(row / 10)));
      expect(runs.size).toBe(4);
      // In rows of one run after the other, a neighbour is of another run three times.
      const changes = rows.filter((row, i) => Math.floor(row / 10) !== Math.floor((rows[i - 1] ?? row) / 10));
      expect(changes.length).toBeGreaterThan(15);
    }
    expect(first.slice(0, 40).some((row) => row >= 40)).toBe(true);
  });

  it('takes the rows of a stream as they come, and mixes within windows', async () => {
    const rows = await inputsOf(sourceOf([5, 5, 5, 5], 'one-way'), { ...columns, shuffle: { window: 10 } });
    expect(rows.slice(0, 10).sort((a, b) => a - b)).toEqual(range(10));
    expect(rows).not.toEqual(range(20));
  });

  it('tells which file and row an example came from', async () => {
    const table = numberedRows([3, 2, 4]);
    const reader = await openExamples(arrowTable(table, 'numbers'), {
      ...columns,
      batchSize: 4,
      shuffle: true,
    });
    let seen = 0;
    while (await reader.advance()) {
      for (let examples = reader.next(); examples !== undefined; examples = reader.next()) {
        for (let i = 0; i < examples.size; i++) {
          const place = examples.locate?.(i);
          expect(place?.file).toBe('numbers');
          expect(place?.row).toBe(examples.inputs.input?.get(i, 0));
          seen++;
        }
      }
    }
    expect(seen).toBe(9);
  });

  it('reads the window after the one at hand, also over the end of an epoch, and never more', async () => {
    const source = watched(arrowTable(numberedRows(Array.from({ length: 10 }, () => 3))));
    const reader = await openExamples(source, {
      ...columns,
      shuffle: { window: 12, run: 3 },
      batchSize: 5,
      epochs: 2,
    });
    expect(source.reads).toHaveLength(0);
    const inEach: number[] = [];
    while (await reader.advance()) {
      await settled();
      while (reader.next() !== undefined) await settled();
      inEach.push(source.reads.length);
    }
    expect(inEach).toEqual([8, 10, 14, 18, 20, 20]);
  });

  it('reads a stream ahead to its end, and opens it again only when the next epoch begins', async () => {
    const source = watched(sourceOf([3, 3, 3], 'one-way'));
    const reader = await openExamples(source, { ...columns, epochs: 2 });
    const inEach: [opened: number, reads: number][] = [];
    while (await reader.advance()) {
      await settled();
      while (reader.next() !== undefined) await settled();
      inEach.push([source.opened, source.reads.length]);
    }
    // The fourth read of an epoch finds the end.
    expect(inEach).toEqual([
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 6],
      [2, 7],
      [2, 8],
    ]);
  });

  it('tells what is wrong with a block when it comes to it, and not before', async () => {
    const table = numberedRows([2, 2, 2, 2]);
    const failing = (wrong: number): Source => ({
      name: 'failing',
      open: async () => {
        const open = await arrowTable(table).open();
        return {
          ...open,
          countRows: async () => 8,
          read: async (from, count, fields) => {
            if (from === wrong) throw new DataError('no such luck', { block: from / 2 });
            return open.read(from, count, fields);
          },
        };
      },
    });
    const given = async (wrong: number, options: Partial<ExamplesOptions>): Promise<[number[], unknown]> => {
      const source = watched(failing(wrong));
      const reader = await openExamples(source, { ...columns, ...options });
      const labels: number[] = [];
      const failure = await (async () => {
        while (await reader.advance()) {
          for (let examples = reader.next(); examples !== undefined; examples = reader.next()) {
            labels.push(examples.targets.target?.get(0) as number);
            await settled();
          }
        }
        return undefined;
      })().catch((error: unknown) => error);
      expect([source.reads.at(-1), source.closed]).toEqual([wrong, 1]);
      return [labels, (failure as Error).message];
    };
    expect(await given(4, {})).toEqual([[0, 1, 2, 3], 'block 2: no such luck']);
    expect(await given(0, {})).toEqual([[], 'block 0: no such luck']);
    // A value of an earlier run of the same window comes first.
    const values = await given(6, { classes: 5, shuffle: { window: 8, run: 2 }, seed: 1 });
    expect(values).toEqual([[], expect.stringMatching(/^failing, row 5, column 'label': /)]);
  });

  it('holds two windows at most: it lets go of one before it reads the next but one', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const read: WeakRef<ArrayBufferLike>[] = [];
    const inMemory: number[] = [];
    const source: Source = {
      name: 'made on demand',
      open: async () => ({
        schema: numberedRows([]).schema,
        countRows: async () => 600,
        read: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          collectGarbage();
          inMemory.push(read.filter((numbers) => numbers.deref() !== undefined).length);
          const x = floats(...range(100));
          read.push(new WeakRef(x.values.buffer));
          return { rows: 100, columns: [x, ints(...range(100))] };
        },
        close: async () => {},
      }),
    };
    const reader = await openExamples(source, {
      ...columns,
      batchSize: 30,
      shuffle: { window: 200, run: 100 },
    });
    let given = 0;
    while (await reader.advance()) {
      await settled();
      while (reader.next() !== undefined) given++;
    }
    expect(given).toBe(20);
    // Blocks that were held when another one was read.
    expect(inMemory).toEqual([0, 1, 2, 3, 2, 3]);
  });

  it('releases each block once, when nothing is read from its memory any more', async () => {
    const blocks = range(6).map((block) => {
      const rows = range(5).map((row) => 5 * block + row);
      return { x: floats(...rows), label: ints(...rows), bytes: byteLists(...rows.map((row) => [row, row])) };
    });
    const table = tableOf(blocks[0] as (typeof blocks)[0], ...blocks.slice(1));
    let taken = 0;
    const released: number[] = [];
    const source: Source = {
      name: 'with memory of its own',
      open: async () => {
        const open = await arrowTable(table).open();
        const read: OpenSource['read'] = async (from, count, fields) => {
          const block = await open.read(from, count, fields);
          if (block === undefined) return undefined;
          taken++;
          const columns = block.columns.map(copyOf);
          return {
            rows: block.rows,
            columns,
            release: () => {
              released.push(from);
              for (const column of columns) spoil(column);
            },
          };
        };
        return { ...open, countRows: async () => 30, read };
      },
    };
    const inputs = ['x', 'bytes', ['x', 'label'], { one: 'x', two: 'bytes' }] as const;
    for (const input of inputs) {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const shuffle of [false, { window: 10, run: 5 }]) {
          const options: ExamplesOptions = {
            input,
            target: 'label',
            dtype,
            shuffle,
            epochs: 2,
            batchSize: 4,
          };
          [taken, released.length] = [0, 0];
          expect(await collect(source, options)).toEqual(await collect(arrowTable(table), options));
          expect(taken).toBe(12);
          expect(released).toHaveLength(12);
        }
      }
    }
  });

  it('goes through nothing when there is nothing, even for ever', async () => {
    expect(
      await collect(arrowTable(numberedRows([])), { ...columns, epochs: Number.POSITIVE_INFINITY }),
    ).toEqual([]);
    expect(await collect(sourceOf([0, 0], 'one-way'), { ...columns, epochs: 3 })).toEqual([]);
    expect(await collect(arrowTable(numberedRows([2])), { ...columns, epochs: 0 })).toEqual([]);
  });

  it('goes on with more epochs from the position of the last one', async () => {
    const source = arrowTable(numberedRows([2, 3]));
    const last = (await collect(source, { ...columns, shuffle: true, epochs: 1 })).at(-1);
    const two = await inputsOf(source, { ...columns, shuffle: true, epochs: 2 });
    expect(await inputsOf(source, { ...columns, shuffle: true, epochs: 2, from: last?.position })).toEqual(
      two.slice(5),
    );
  });

  it('works without targets', async () => {
    const [first] = await collect(arrowTable(numberedRows([1])), { input: 'x' });
    expect(first).toMatchObject({ inputs: { input: [0] }, targets: {} });
  });

  it('gives several inputs and targets by name, a column as often as asked for', async () => {
    const [first] = await collect(arrowTable(numberedRows([2])), {
      input: { one: 'x', both: ['x', 'label'] },
      target: { class: 'label', number: 'label' },
      targetKind: { class: 'labels', number: 'values' },
      batchSize: 2,
      dtype: 'float64',
    });
    expect(first).toMatchObject({
      inputs: { one: [0, 1], both: [0, 0, 1, 1] },
      targets: { class: [0, 1], number: [0, 1] },
    });
  });

  it.each<[string, Partial<ExamplesOptions>, string]>([
    [
      'large batchSize',
      { batchSize: 2 ** 31 },
      'examples batchSize: expected at most 1073741824 examples of 1 numbers, got 2147483648; make it smaller',
    ],
    [
      'large batchSize, of bytes',
      { batchSize: 2 ** 28, input: 'bytes' },
      'examples batchSize: expected at most 134217728 examples of 2 numbers, got 268435456; make it smaller',
    ],
    [
      'epochs',
      { epochs: 1.5 },
      'examples epochs: expected a whole number from 0 on, got 1.5; give such a number',
    ],
    [
      'batchSize',
      { batchSize: 0 },
      'examples batchSize: expected a whole number from 1 on, got 0; give such a number',
    ],
    [
      'window',
      { shuffle: { window: 0 } },
      'examples shuffle.window: expected a whole number from 1 to 1073741824, got 0',
    ],
    [
      'run',
      { shuffle: { window: 10, run: 4 } },
      'examples shuffle.run: expected a divisor of the window of 10 rows, got 4',
    ],
    [
      'rows',
      { rows: 3 } as object,
      "examples rows: expected a function of a row's number, got number; give one, as holdOut(0.1).training",
    ],
    ['seed', { seed: -1 }, 'examples seed: expected an integer from 0 to 4294967295, got -1'],
    ['row', { from: { epoch: 0, row: -1 } }, 'examples from.row: expected a whole number from 0 on, got -1'],
    [
      'late row',
      { from: { epoch: 0, row: 9 } },
      'examples from.row: expected at most the 4 examples of an epoch, got 9',
    ],
    [
      'late row of mixed ones',
      { shuffle: true, from: { epoch: 0, row: 9 } },
      'examples from.row: expected at most the 4 examples of an epoch, got 9',
    ],
    ['columns', { input: [] }, 'examples input: expected at least one column, got none; name a column'],
    [
      'names',
      { labelNames: ['a', 'a'], target: 'name' },
      "examples labelNames: expected each name once, got 'a' twice",
    ],
    ['classes', { classes: 0 }, 'examples classes: expected a whole number from 1 to 2147483648, got 0'],
    [
      'too many classes',
      { classes: 2 ** 31 + 1 },
      'examples classes: expected a whole number from 1 to 2147483648, got 2147483649; give such a number',
    ],
    [
      'a name misspelt',
      { batchsize: 4 } as object,
      "examples options: expected input, target, targetKind, labelNames, classes, scale, epochs, shuffle, seed, batchSize, dtype, rows, shard, from, weight, encoder, targets, online, got 'batchsize'; did you mean 'batchSize'?",
    ],
    ['a name of nothing', { momentum: 0.9 } as object, "got 'momentum'; correct the name, or leave it out"],
    ['scale', { scale: Number.NaN }, 'examples scale: expected a finite number, got NaN'],
  ])('refuses a wrong option: %s', async (_, wrong, message) => {
    const block = {
      x: floats(1, 2),
      label: ints(0, 1),
      name: utf8('a', 'b'),
      bytes: byteLists([1, 2], [3, 4]),
    };
    const table = tableOf(block, block);
    const failure: unknown = await collect(arrowTable(table), { ...columns, ...wrong }).catch(
      (error) => error,
    );
    expect(failure).toBeInstanceOf(OptionError);
    expect(failure).toHaveProperty('message', expect.stringContaining(message));
  });

  it('gives each example the weight that a column says', async () => {
    const source = arrowTable(tableOf({ x: floats(1, 2, 3), label: ints(0, 1, 0), n: floats(0.5, 0, 3) }));
    const options = { input: 'x', target: 'label', weight: 'n' } as const;
    const batches = await collect(source, { ...options, batchSize: 2 });
    expect(batches.map(({ weights }) => weights)).toEqual([[0.5, 0], [3]]);
    expect((await collect(source, { input: 'x' }))[0]?.weights).toBeUndefined();
    await expect(collect(source, { ...options, weight: 'm' })).rejects.toThrow("column 'm'");
  });

  it.each([
    [-1, 'got -1'],
    [Number.NaN, 'got a gap'],
    [Number.POSITIVE_INFINITY, 'got Infinity'],
  ])('refuses a weight of %d, with its row', async (weight, got) => {
    const source = arrowTable(tableOf({ x: floats(1, 2), n: floats(1, weight) }));
    const read = collect(source, { input: 'x', weight: 'n' });
    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(`table, row 1, column 'n': expected`);
    await expect(read).rejects.toThrow(got);
  });

  it('refuses several epochs of a stream that comes once', async () => {
    const source = arrowStream(Readable.from([tableToIPC(numberedRows([2]), 'stream')]));
    await expect(openExamples(source, { ...columns, epochs: 2 })).rejects.toThrow(
      'examples epochs: expected 1 for a stream that can be read once, got 2; give arrowStream a function that opens the stream',
    );
    expect(await inputsOf(source, columns)).toEqual([0, 1]);
    await expect(openExamples(source, columns)).rejects.toThrow(OptionError);
  });

  it('refuses to advance twice at a time', async () => {
    const reader = await openExamples(arrowTable(numberedRows([2])), columns);
    const first = reader.advance();
    await expect(reader.advance()).rejects.toThrow(StateError);
    expect(await first).toBe(true);
    expect(await reader.advance()).toBe(true);
    expect(reader.next()?.size).toBe(1);
    await reader.close();
  });

  it('does not pass over examples that were not taken', async () => {
    const reader = await openExamples(arrowTable(numberedRows([3])), { ...columns, batchSize: 2, epochs: 2 });
    await reader.advance();
    await reader.advance();
    expect(reader.next()?.size).toBe(2);
    expect(reader.next()).toBeUndefined();
    await reader.advance();
    await reader.advance();
    expect(reader.next()?.size).toBe(1);
    await reader.advance();
    expect(reader.next()?.size).toBe(2);
    await reader.close();
  });
});

/** How often this process has a file open. */
async function handlesOn(path: string): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link === path).length;
}

describe('closing', () => {
  async function numberedFile(sizes: readonly number[]): Promise<string> {
    const path = join(await temporaryFolder(), 'numbers.arrow');
    await writeFile(path, tableToIPC(numberedRows(sizes), 'file'));
    return path;
  }

  it('closes the file at the end, after an error, on close and on abort', async () => {
    const path = await numberedFile([3000, 3000, 3000]);
    const open = (
      signal?: AbortSignal,
      options: Partial<ExamplesOptions> = {},
    ): ReturnType<typeof openExamples> => openExamples(arrowFile(path), { ...columns, ...options }, signal);

    const ended = await open();
    while (await ended.advance()) while (ended.next() !== undefined);
    expect(await handlesOn(path)).toBe(0);
    expect(await ended.advance()).toBe(false);

    const closed = await open();
    await closed.advance();
    expect(await handlesOn(path)).toBe(process.platform === 'linux' ? 1 : 0);
    await closed.close();
    await closed.close();
    expect(closed.next()).toBeUndefined();
    expect(await closed.advance()).toBe(false);
    expect(await handlesOn(path)).toBe(0);

    const failing = await open(undefined, { classes: 5000 });
    await failing.advance();
    while (failing.next() !== undefined);
    await expect(failing.advance()).rejects.toThrow(DataError);
    expect(await handlesOn(path)).toBe(0);
    expect(await failing.advance()).toBe(false);

    const controller = new AbortController();
    const aborted = await open(controller.signal);
    await aborted.advance();
    controller.abort();
    await expect(aborted.advance()).rejects.toThrow('aborted');
    expect(aborted.next()).toBeUndefined();
    expect(await handlesOn(path)).toBe(0);

    await expect(open(controller.signal)).rejects.toThrow('aborted');
    await expect(open(undefined, { input: 'y' })).rejects.toThrow(DataError);
    expect(await handlesOn(path)).toBe(0);
  });

  it('closes the file when it is aborted or closed while it reads', async () => {
    const path = await numberedFile(Array.from({ length: 40 }, () => 5));
    const controller = new AbortController();
    const aborted = await openExamples(arrowFile(path), { ...columns, shuffle: true }, controller.signal);
    const reading = aborted.advance();
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await aborted.close();
    expect(await handlesOn(path)).toBe(0);

    const closed = await openExamples(arrowFile(path), { ...columns, shuffle: true });
    const waiting = closed.advance();
    await closed.close();
    expect(await waiting).toBe(false);
    expect(await handlesOn(path)).toBe(0);
  });

  it('closes the file when it is aborted or closed while it reads ahead, and tells nobody', async () => {
    const path = await numberedFile(Array.from({ length: 40 }, () => 5));
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    for (const shuffle of [false, { window: 40, run: 5 }]) {
      for (const stop of ['abort', 'close'] as const) {
        // From the moment of the first read on, and then after some turns of the event loop.
        for (let turns = 0; turns < 12; turns++) {
          const controller = new AbortController();
          const reader = await openExamples(arrowFile(path), { ...columns, shuffle }, controller.signal);
          await reader.advance();
          expect(reader.next()?.size).toBe(1);
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          if (stop === 'abort') controller.abort();
          await reader.close();
          expect(await handlesOn(path)).toBe(0);
          expect(reader.next()).toBeUndefined();
        }
      }
    }
    await settled();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  it('asks a closed source for no further block', async () => {
    const source = watched({
      name: 'slow',
      open: async () => ({
        ...(await arrowTable(numberedRows([2, 2, 2, 2])).open()),
        read: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return { rows: 1, columns: [floats(1), ints(1)] };
        },
      }),
    });
    const reader = await openExamples(source, { ...columns, shuffle: { window: 4, run: 2 } });
    await reader.advance();
    await reader.close();
    await settled();
    // Four of the window, each of which brings a row, and the first of the next one.
    expect(source.reads).toHaveLength(5);
  });

  it('closes the source at once when it is aborted or closed while it takes a block in', async () => {
    // Taken in over many turns of the event loop: 100 columns that share their numbers.
    const shared = makeData({ type: new Float64(), data: new Float64Array(100_000) });
    const wide = Object.fromEntries(range(100).map((i) => [`x${i}`, shared]));
    for (const stop of ['abort', 'close'] as const) {
      const source = watched(arrowTable(tableOf(wide)));
      const controller = new AbortController();
      const reader = await openExamples(source, { input: Object.keys(wide) }, controller.signal);
      const taking = reader.advance();
      let taken = false;
      const ended = taking.catch(() => false).finally(() => (taken = true));
      while (source.reads.length === 0) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      if (stop === 'abort') controller.abort(new Error('enough'));
      else await reader.close();
      expect([source.closed, taken]).toEqual([1, false]);
      if (stop === 'abort') await expect(taking).rejects.toThrow('enough');
      expect(await ended).toBe(false);
      expect(reader.next()).toBeUndefined();
      expect(source.closed).toBe(1);
    }
  });

  it('ends a wait for a stream that sends no more, and destroys it', async () => {
    const bytes = tableToIPC(numberedRows([3, 3]), 'stream');
    const half = bytes.subarray(0, bytes.length - 40);
    for (const stop of ['abort', 'close'] as const) {
      const stream = new Readable({ read() {} });
      stream.push(half);
      const controller = new AbortController();
      const reader = await openExamples(arrowStream(stream), columns, controller.signal);
      await reader.advance();
      while (reader.next() !== undefined);
      const waiting = reader.advance();
      setTimeout(() => (stop === 'abort' ? controller.abort() : void reader.close()), 5);
      if (stop === 'abort') await expect(waiting).rejects.toThrow('aborted');
      else expect(await waiting).toBe(false);
      expect(stream.destroyed).toBe(true);
    }
  });

  it('cancels a web stream that sends no more', async () => {
    const bytes = tableToIPC(numberedRows([3, 3]), 'stream');
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length - 40)),
      cancel: () => {
        cancelled = true;
      },
    });
    const reader = await openExamples(arrowStream(stream), columns);
    await reader.advance();
    while (reader.next() !== undefined);
    const waiting = reader.advance();
    setTimeout(() => void reader.close(), 5);
    expect(await waiting).toBe(false);
    expect(cancelled).toBe(true);
  });

  it('opens a one-way source once for each epoch, and closes it as often', async () => {
    const source = watched(sourceOf([2, 2], 'one-way'));
    const all = await collect(source, { ...columns, epochs: 3 });
    expect(all.map(({ inputs }) => inputs.input?.[0])).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect([source.opened, source.closed]).toEqual([3, 3]);
  });
});
