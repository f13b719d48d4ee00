import { DataError, StateError } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { type ByteInput, ByteReader } from '../byteReader.js';
import { reopening } from '../reopening.js';
import type { OpenSource, Source } from '../source.js';
import { withPlace } from '../withPlace.js';
import { ArrowDictionaries } from './batches/arrowDictionaries.js';
import { batchPlan, decodeColumns } from './batches/batchPlan.js';
import { bodyReader } from './batches/bodyReader.js';
import { arrowSchema } from './metadata/arrowSchema.js';
import { MessageReader } from './metadata/messageReader.js';

/**
 * An Arrow IPC stream, read one way as it arrives. Given a stream it can be gone through once; given a function that
 * opens one, once for each epoch.
 *
 * The stream must end with Arrow's end-of-stream marker, which tells a whole stream from one that was cut off between
 * two messages.
 *
 * @param name what error messages call it
 * @throws {OptionError} by `open`, when a stream that cannot be opened again would have to be.
 * @throws {DataError} by `open` and `read`, when the bytes are no Arrow stream, or are cut off or damaged.
 * @example
 * arrowStream(process.stdin);
 * arrowStream(() => createReadStream('train.arrows'), 'train.arrows');
 */
export function arrowStream(input: ByteInput | (() => ByteInput), name = 'stream'): Source {
  const openInput = reopening<ByteInput>(
    input,
    'arrowStream input: expected a function that opens the stream, since it is read more than once, got a stream; give () => createReadStream(path)',
  );
  return {
    name,
    once: typeof input !== 'function',
    open: async (signal) => {
      signal?.throwIfAborted();
      const bytes = new ByteReader(openInput(), name, signal);
      try {
        return await openStream(name, bytes);
      } catch (error) {
        bytes.close();
        throw error;
      }
    },
  };
}

async function openStream(name: string, bytes: ByteReader): Promise<OpenSource> {
  const messages = new MessageReader(name, bytes);
  const first = await messages.next();
  if (first === undefined)
    throw new DataError('expected a schema, got the end of the stream; write it again', { file: name });
  const schema = await withPlace({ file: name }, 'schema', () => arrowSchema(first.header));
  await messages.skipBody(first.bodyLength);
  const dictionaries = new ArrowDictionaries(schema, true);
  /** The current record batch: its rows from `start` on, decoded for these columns. */
  let batch = { start: 0, rows: 0, fields: '', columns: [] as readonly Data[] };
  let number = 0;

  /** Goes on to the next record batch that has the row of this number, or ones after it. False at the end. */
  const advance = async (row: number, fields: readonly number[]): Promise<boolean> => {
    for (;;) {
      const message = await messages.next();
      if (message === undefined) return false;
      const place = { file: name, block: number };
      if (message.kind === 'dictionary') {
        const body = await messages.body(0, message.bodyLength, message.bodyLength);
        await withPlace(place, 'dictionary', () => dictionaries.add(message, body));
        continue;
      }
      if (message.kind === 'schema') {
        throw new DataError('expected record batches, got a second schema; give one stream at a time', place);
      }
      number++;
      const start = batch.start + batch.rows;
      const plan = await withPlace(place, 'record batch', () => batchPlan(message, schema, fields));
      const { rows, codec, layouts, extent } = plan;
      if (start + rows <= row) {
        await messages.skipBody(message.bodyLength);
        batch = { start, rows, fields: '', columns: [] };
        continue;
      }
      const body = await messages.body(extent.start, extent.length, message.bodyLength);
      const columns = await withPlace(place, 'record batch', () =>
        decodeColumns(layouts, 0, rows, bodyReader(body, extent.start, codec), dictionaries),
      );
      batch = { start, rows, fields: fields.join(), columns };
      return true;
    }
  };

  return {
    schema,
    read: async (from, count, fields) => {
      const isAtHand = from < batch.start + batch.rows;
      if (from < batch.start || (isAtHand && fields.join() !== batch.fields)) {
        throw new StateError(
          `arrowStream read: expected rows in rising order and the same columns of each, got row ${from} again; open the stream again`,
        );
      }
      if (!isAtHand && !(await advance(from, fields))) return undefined;
      const first = from - batch.start;
      const rows = Math.min(count, batch.rows - first);
      const { columns } = batch;
      return { rows, columns: rows === batch.rows ? columns : columns.map((c) => c.slice(first, rows)) };
    },
    close: async () => bytes.close(),
  };
}
