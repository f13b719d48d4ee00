import { expectObject } from '@fluxion/tensor';
import type { Log } from './log.js';

/** What is used of `jetstream(connection)` of `@nats-io/jetstream`. */
export interface JetStreamClient {
  readonly consumers: {
    get(
      stream: string,
      options: {
        readonly deliver_policy: never;
        readonly opt_start_seq?: number;
        readonly filter_subjects?: string;
      },
    ): Promise<{ consume(options?: { readonly max_messages?: number }): Promise<JetStreamMessages> }>;
  };
}

interface JetStreamMessages extends AsyncIterable<{ readonly seq: number; readonly data: Uint8Array }> {
  stop(): void;
}

/** A stream of JetStream. */
export interface NatsLogOptions {
  readonly jetstream: JetStreamClient;
  readonly stream: string;
  /** Events of this subject only, as `clicks.*`. Default: all. */
  readonly subject?: string;
}

/**
 * A stream of NATS JetStream as a log, read by an ordered consumer from the sequence number behind the last event.
 *
 * @throws {Error} by its events, which `logEvents` hands on, whatever the client throws, as where the server cannot be reached, or the stream is not there.
 * @example
 * // npm install @nats-io/jetstream @nats-io/transport-node; jetstream(await connect({ servers: 'localhost:4222' }))
 * function clicksOf(jetstream: Parameters<typeof natsLog>[0]['jetstream']) {
 *   return logEvents(natsLog({ jetstream, stream: 'clicks' }));
 * }
 */
export function natsLog(options: NatsLogOptions): Log {
  const { jetstream, stream, subject } = expectObject(
    'natsLog',
    options,
    'where the events are',
    ['jetstream', 'stream'],
    "give it, as { jetstream, stream: 'clicks' }",
  );
  return {
    name: `nats ${stream}${subject === undefined ? '' : ` ${subject}`}`,
    async *open(after, signal) {
      const last = after.get(stream);
      const start =
        last === undefined
          ? { deliver_policy: 'all' }
          : { deliver_policy: 'by_start_sequence', opt_start_seq: Number(last) + 1 };
      const consumer = await jetstream.consumers.get(stream, {
        ...(start as { readonly deliver_policy: never }),
        ...(subject !== undefined && { filter_subjects: subject }),
      });
      const messages = await consumer.consume({ max_messages: 1000 });
      const stop = (): void => messages.stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        yield [];
        for await (const { seq, data } of messages) {
          if (signal.aborted) return;
          yield [{ partition: stream, offset: String(seq), value: data }];
        }
      } finally {
        signal.removeEventListener('abort', stop);
        messages.stop();
      }
    },
  };
}
