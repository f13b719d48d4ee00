import { DataError, OptionError } from '@fluxion/tensor';
import { type ByteInput, ByteReader } from '../byteReader.js';
import { located } from '../located.js';
import type { OpenSource, Source } from '../source.js';
import { planBlock } from './arrowBlock.js';
import { ArrowDictionaries } from './arrowDictionaries.js';
import { arrowSchema } from './arrowSchema.js';
import { MessageReader } from './messageReader.js';

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
  let opened = false;
  const openInput = (): ByteInput => {
    if (typeof input === 'function') return input();
    if (opened) {
      throw new OptionError(
        'arrowStream input: expected a function that opens the stream, since it is read more than once, got a stream; give () => createReadStream(path)',
      );
    }
    opened = true;
    return input;
  };
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
  const schema = await located({ file: name }, 'schema', () => arrowSchema(first.header));
  await messages.skipBody(first.bodyLength);
  const dictionaries = new ArrowDictionaries(schema, true);
  let block = 0;

  return {
    schema,
    read: async (index, fields) => {
      for (;;) {
        const message = await messages.next();
        if (message === undefined) return undefined;
        const place = { file: name, block };
        if (message.kind === 'dictionary') {
          const body = await messages.body(0, message.bodyLength, message.bodyLength);
          await located(place, 'dictionary', () => dictionaries.add(message, body));
        } else if (message.kind === 'schema') {
          throw new DataError(
            'expected record batches, got a second schema; give one stream at a time',
            place,
          );
        } else if (block++ < index) {
          await messages.skipBody(message.bodyLength);
        } else {
          const plan = await located(place, 'record batch', () =>
            planBlock(message, schema, fields, dictionaries),
          );
          const { start, length } = plan.extent;
          const body = await messages.body(start, length, message.bodyLength);
          return located(place, 'record batch', () => plan.decode(body));
        }
      }
    },
    close: async () => bytes.close(),
  };
}
