import { addAbortSignal, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { DataError, OptionError } from '@fluxion/tensor';
import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { reopening } from './reopening.js';
import type { OpenSource, Source } from './source.js';

/** Something to subscribe to, as an Observable of RxJS. */
export interface Subscribable<T> {
  subscribe(observer: { next(value: T): void; error(reason: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}

/** Whatever gives record batches one after the other: a list, a generator, a Node stream in object mode, an Observable. */
export type BatchInput = Iterable<RecordBatch> | AsyncIterable<RecordBatch> | Subscribable<RecordBatch>;

/**
 * Arrow record batches as they come. A list of them, or a function that opens them, can be gone through once for each epoch;
 * anything else once. All have the columns of the first.
 *
 * The next batch is asked for when this one has been read. An Observable cannot be asked: what it gives meanwhile is kept.
 *
 * @param name what error messages call it
 * @throws {OptionError} when it gives no batches one after the other; by `open`, when the function gives no such thing, or batches
 *   that cannot be opened again would have to be.
 * @throws {DataError} by `open` and `read`, when their source fails, or a batch has other columns than the first.
 * @example
 * const { batches } = tableFromArrays({ x: Float32Array.of(0, 1) });
 * recordBatches(batches);
 * recordBatches(() => from(batches)); // an Observable
 */
export function recordBatches(input: BatchInput | (() => BatchInput), name = 'record batches'): Source {
  if (typeof input !== 'function') expectBatches(input);
  const openInput = reopening<BatchInput>(
    Array.isArray(input) ? () => input : input,
    'recordBatches input: expected a function that opens them, since they are read more than once, got batches; give () => batches',
  );
  return {
    name,
    once: typeof input !== 'function' && !Array.isArray(input),
    open: async (signal) => {
      signal?.throwIfAborted();
      const opened = openInput();
      expectBatches(opened);
      const stream = nodeStream(opened);
      if (signal !== undefined) addAbortSignal(signal, stream);
      try {
        return await openBatches(name, stream, signal);
      } catch (error) {
        stream.destroy();
        throw error;
      }
    },
  };
}

async function openBatches(
  name: string,
  stream: Readable,
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  const batches = stream[Symbol.asyncIterator]();
  const next = async (number: number): Promise<RecordBatch | undefined> => {
    const { done, value } = await batches.next().catch((cause: unknown) => {
      signal?.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DataError(`cannot read on: ${reason}; check their source`, { file: name }, { cause });
    });
    signal?.throwIfAborted();
    if (done === true) return undefined;
    if (!isBatch(value)) {
      throw new DataError(`expected an Arrow RecordBatch, got ${typeof value}; give record batches`, {
        file: name,
        block: number,
      });
    }
    return value;
  };

  const first = await next(0);
  if (first === undefined) {
    throw new DataError('expected a record batch, got none; check their source', { file: name });
  }
  const schema: Schema = first.schema;
  let [batch, start, number] = [first, 0, 0];
  return {
    schema,
    read: async (from, count, fields) => {
      while (from >= start + batch.numRows) {
        const following = await next(number + 1);
        if (following === undefined) return undefined;
        number++;
        if (columnsOf(following.schema) !== columnsOf(schema)) {
          throw new DataError(
            `expected the columns of the first batch, ${columnsOf(schema)}, got ${columnsOf(following.schema)}; make them agree`,
            { file: name, block: number },
          );
        }
        start += batch.numRows;
        batch = following;
      }
      const rows = Math.min(count, start + batch.numRows - from);
      const columns = fields.flatMap((field): Data[] => {
        const column: Data | undefined = batch.data.children[field];
        return column === undefined ? [] : [column.slice(from - start, rows)];
      });
      return { rows, columns };
    },
    close: async () => {
      stream.destroy();
    },
  };
}

/** @throws {OptionError} when it gives no batches one after the other: a table and a batch give their rows. */
function expectBatches(input: unknown): asserts input is BatchInput {
  const isObject = typeof input === 'object' && input !== null;
  const isTable = isObject && 'batches' in input;
  const isOne = isBatch(input) && !isTable;
  const kinds: readonly PropertyKey[] = [Symbol.iterator, Symbol.asyncIterator, 'subscribe'];
  if (isObject && !isTable && !isOne && kinds.some((kind) => kind in input)) return;
  const [got, fix] = isTable
    ? ['a table', 'give arrowTable(table), or table.batches']
    : isOne
      ? ['one batch', 'give [batch]']
      : [input === null ? 'null' : typeof input, 'give one of these, or a function that opens one'];
  throw new OptionError(
    `recordBatches input: expected a list of record batches, a generator, a Node stream or an Observable, got ${got}; ${fix}`,
  );
}

/** The batches as a Node stream: only these can be destroyed while a read waits. */
function nodeStream(input: BatchInput): Readable {
  if (input instanceof Readable) return input;
  return Symbol.asyncIterator in input || Symbol.iterator in input
    ? Readable.from(input, { objectMode: true, highWaterMark: 1 })
    : Readable.fromWeb(received(input), { objectMode: true });
}

function received(input: Subscribable<RecordBatch>): ReadableStream {
  let subscription: { unsubscribe(): void } | undefined;
  return new ReadableStream({
    start: (stream) => {
      subscription = input.subscribe({
        next: (batch) => stream.enqueue(batch),
        error: (reason) => stream.error(reason),
        complete: () => stream.close(),
      });
    },
    cancel: () => subscription?.unsubscribe(),
  });
}

function isBatch(value: unknown): value is RecordBatch {
  // There may be another copy of the library, with a class of its own.
  return (
    typeof value === 'object' && value !== null && 'numRows' in value && 'schema' in value && 'data' in value
  );
}

function columnsOf({ fields }: Schema): string {
  return fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
}
