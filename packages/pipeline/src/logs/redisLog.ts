import { expectObject } from '@fluxion/tensor';
import type { Log, LogEvent } from './log.js';

/** What is used of a client of `redis`. */
export interface RedisClient {
  duplicate(): RedisConnection;
}

interface RedisConnection {
  /** Without a listener an error of the connection would end the process. */
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  xRead(
    from: { readonly key: string; readonly id: string },
    options: { readonly COUNT: number; readonly BLOCK: number },
  ): Promise<unknown>;
  destroy(): void;
}

/** A stream of Redis. */
export interface RedisLogOptions {
  readonly client: RedisClient;
  readonly key: string;
  /** The field of an entry that holds the event. Default `value`. */
  readonly field?: string;
}

/** Entries that come at a time, and milliseconds after which it is looked whether anybody waits yet. */
const [COUNT, BLOCK] = [500, 500];

/**
 * A stream of Redis as a log, read by XREAD on a connection of its own from the entry behind the last event. Redis has to keep its
 * entries and write them down (`appendonly yes`), if they are to outlive it.
 *
 * @throws {Error} by its events, which `logEvents` hands on, whatever the client throws, as where the server cannot be reached, or the key holds something else.
 * @example
 * // npm install redis; createClient({ url: 'redis://localhost:6379' })
 * function clicksOf(client: Parameters<typeof redisLog>[0]['client']) {
 *   return logEvents(redisLog({ client, key: 'clicks' }));
 * }
 */
export function redisLog(options: RedisLogOptions): Log {
  const {
    client,
    key,
    field = 'value',
  } = expectObject(
    'redisLog',
    options,
    'where the events are',
    ['client', 'key'],
    "give it, as { client, key: 'clicks' }",
  );
  return {
    name: `redis ${key}`,
    async *open(after, signal) {
      const connection = client.duplicate();
      // What is asked for meanwhile rejects with it.
      connection.on('error', () => {});
      await connection.connect();
      try {
        yield [];
        let id = after.get(key) ?? '0';
        while (!signal.aborted) {
          const answer = await connection.xRead({ key, id }, { COUNT, BLOCK });
          const [found] = (answer ?? []) as readonly { readonly messages: readonly Entry[] }[];
          if (found === undefined) continue;
          yield found.messages.map(({ id: offset, message }): LogEvent => {
            return { partition: key, offset, value: Buffer.from(message[field] ?? '') };
          });
          id = found.messages.at(-1)?.id ?? id;
        }
      } finally {
        connection.destroy();
      }
    },
  };
}

interface Entry {
  readonly id: string;
  readonly message: Readonly<Record<string, string>>;
}
