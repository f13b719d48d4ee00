import { randomUUID } from 'node:crypto';
import { expectObject } from '@fluxion/tensor';
import type { Log, LogEvent } from './log.js';

/** What is used of a client of `kafkajs`. */
export interface KafkaClient {
  consumer(options: { readonly groupId: string }): KafkaConsumer;
}

interface KafkaConsumer {
  connect(): Promise<void>;
  subscribe(options: { readonly topic: string; readonly fromBeginning: boolean }): Promise<void>;
  run(options: {
    readonly autoCommit: boolean;
    eachBatch(payload: KafkaBatch): Promise<void>;
  }): Promise<void>;
  seek(place: { readonly topic: string; readonly partition: number; readonly offset: string }): void;
  disconnect(): Promise<void>;
}

interface KafkaBatch {
  readonly batch: {
    readonly partition: number;
    readonly messages: readonly { readonly offset: string; readonly value: Buffer | null }[];
  };
  heartbeat(): Promise<void>;
  resolveOffset(offset: string): void;
}

/** A topic of Kafka. */
export interface KafkaLogOptions {
  readonly kafka: KafkaClient;
  readonly topic: string;
}

/**
 * A topic of Kafka as a log, with all its partitions, read from the offsets behind the last events by a consumer in a group of its
 * own, which commits nothing. A message without a value is an event of no bytes.
 *
 * @throws {Error} by its events, which `logEvents` hands on, whatever the client throws, as where a broker cannot be reached, or the topic is not there.
 * @example
 * // npm install kafkajs; new Kafka({ brokers: ['localhost:9092'] })
 * function clicksOf(kafka: Parameters<typeof kafkaLog>[0]['kafka']) {
 *   return logEvents(kafkaLog({ kafka, topic: 'clicks' }));
 * }
 */
export function kafkaLog(options: KafkaLogOptions): Log {
  const { kafka, topic } = expectObject(
    'kafkaLog',
    options,
    'where the events are',
    ['kafka', 'topic'],
    "give it, as { kafka, topic: 'clicks' }",
  );
  return {
    name: `kafka ${topic}`,
    async *open(after, signal) {
      const consumer = kafka.consumer({ groupId: `fluxion-${randomUUID()}` });
      const handover = new Handover<readonly LogEvent[]>();
      const given = new Map(after);
      const stop = (): void => handover.end();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          async eachBatch({ batch: { partition, messages }, heartbeat, resolveOffset }) {
            const key = String(partition);
            const last = given.get(key);
            // What came before the consumer was told where to begin, or comes again where the group was formed again.
            const news =
              last === undefined ? messages : messages.filter(({ offset }) => BigInt(offset) > BigInt(last));
            await handover.give(
              news.map(({ offset, value }) => ({
                partition: key,
                offset,
                value: value ?? new Uint8Array(0),
              })),
            );
            const [newest, end] = [news.at(-1), messages.at(-1)];
            if (newest !== undefined) given.set(key, newest.offset);
            if (end !== undefined) resolveOffset(end.offset);
            await heartbeat();
          },
        });
        for (const [partition, offset] of after) {
          consumer.seek({ topic, partition: Number(partition), offset: String(BigInt(offset) + 1n) });
        }
        yield [];
        yield* handover;
      } finally {
        signal.removeEventListener('abort', stop);
        handover.end();
        await consumer.disconnect();
      }
    },
  };
}

/** Gives what is pushed to who pulls, one at a time: who gives waits until it has been taken and the next is asked for. */
class Handover<T> implements AsyncIterable<T> {
  #given: { readonly value: T; readonly taken: () => void } | undefined;
  #wake: (() => void) | undefined;
  #hasEnded = false;

  give(value: T): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    return new Promise((taken) => {
      this.#given = { value, taken };
      this.#wake?.();
    });
  }

  end(): void {
    this.#hasEnded = true;
    this.#given?.taken();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (!this.#hasEnded) {
      const given = this.#given;
      this.#given = undefined;
      if (given === undefined) {
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      } else {
        yield given.value;
        given.taken();
      }
    }
  }
}
