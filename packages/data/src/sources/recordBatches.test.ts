import { Readable } from 'node:stream';
import { DataError, OptionError } from '@fluxion/tensor';
import { type RecordBatch, tableFromArrays } from 'apache-arrow';
import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../../test/readColumns.js';
import { numberedRows } from '../../test/tables.js';
import { recordBatches } from './recordBatches.js';

const numbers = Array.from({ length: 11 }, (_, i) => i);
const batches: readonly RecordBatch[] = numberedRows([3, 5, 0, 2, 1]).batches;

async function* generated(): AsyncGenerator<RecordBatch> {
  yield* batches;
}

describe('recordBatches', () => {
  it.each([
    ['an async generator', generated],
    ['a list', () => batches],
    ['a generator', () => batches.values()],
    ['a Node stream', () => Readable.from(batches)],
    [
      'an Observable',
      () =>
        new Observable<RecordBatch>((subscriber) => {
          for (const batch of batches) subscriber.next(batch);
          subscriber.complete();
        }),
    ],
  ])('reads them from %s, each time it is opened', async (_, open) => {
    const source = recordBatches(open);
    expect(await readColumns(source, 2)).toEqual({ x: numbers, label: numbers });
    expect(await readColumns(source, 100)).toEqual({ x: numbers, label: numbers });
  });

  it('reads a list as often as it is opened', async () => {
    const source = recordBatches(batches);
    expect(source.once).toBe(false);
    expect(await readColumns(source)).toEqual({ x: numbers, label: numbers });
    expect(await readColumns(source)).toEqual({ x: numbers, label: numbers });
  });

  it.each([
    ['a table', numberedRows([3]), 'got a table; give arrowTable(table), or table.batches'],
    ['a batch', batches[0], 'got one batch; give [batch]'],
    ['a path', 'a.arrow', 'got string; give one of these, or a function that opens one'],
    ['nothing', undefined, 'got undefined; give one of these, or a function that opens one'],
  ])('refuses %s, given or opened', async (_, input, rest) => {
    const refusal = new OptionError(
      `recordBatches input: expected a list of record batches, a generator, a Node stream or an Observable, ${rest}`,
    );
    expect(() => recordBatches(input as never)).toThrow(refusal);
    await expect(recordBatches(() => input as never).open()).rejects.toThrow(refusal);
  });

  it('passes over rows that are left out', async () => {
    const open = await recordBatches(generated()).open();
    expect((await readRows(open, 4, 5, 1)).x).toEqual([4]);
    expect((await readRows(open, 9, 20, 9)).x).toEqual([9, 10]);
    expect(await open.read(11, 1, [0])).toBeUndefined();
    await open.close();
  });

  it('says that batches cannot be opened twice', async () => {
    const source = recordBatches(generated());
    expect(source.once).toBe(true);
    await readColumns(source);
    await expect(source.open()).rejects.toThrow(OptionError);
  });

  it('tells which batch has other columns, or is none', async () => {
    async function* other(): AsyncGenerator<RecordBatch> {
      yield batches[0] as RecordBatch;
      yield* tableFromArrays({ x: [1] }).batches;
    }
    await expect(readColumns(recordBatches(other(), 'mine'))).rejects.toThrow(
      'mine, block 1: expected the columns of the first batch, x: Float32, label: Int32, got x: Float64; make them agree',
    );
    await expect(recordBatches(Readable.from([1]) as AsyncIterable<RecordBatch>).open()).rejects.toThrow(
      'block 0: expected an Arrow RecordBatch, got number',
    );
    await expect(recordBatches(Readable.from([])).open()).rejects.toThrow(
      'expected a record batch, got none',
    );
  });

  it('gives the error of its source as a DataError with its cause', async () => {
    const cause = new Error('broken');
    const failing = new Observable<RecordBatch>((subscriber) => subscriber.error(cause));
    const error = await recordBatches(failing)
      .open()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({
      message: 'record batches: cannot read on: broken; check their source',
      cause,
    });
  });

  it('unsubscribes when it is closed or aborted, though a read waits', async () => {
    let unsubscribed = 0;
    const endless = (): Observable<RecordBatch> =>
      new Observable((subscriber) => {
        subscriber.next(batches[0] as RecordBatch);
        return () => unsubscribed++;
      });
    const open = await recordBatches(endless).open();
    const waiting = open.read(5, 1, [0]);
    await open.close();
    expect(await waiting).toBeUndefined();
    const stop = new AbortController();
    const aborted = await recordBatches(endless).open(stop.signal);
    const read = expect(aborted.read(5, 1, [0])).rejects.toThrow('aborted');
    stop.abort();
    await read;
    expect(unsubscribed).toBe(2);
  });
});
