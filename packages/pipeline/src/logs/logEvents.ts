import { DataError, expectNames, expectObject, OptionError, type Savable, type Saved } from '@fluxion/tensor';
import { Observable, type Subscriber } from 'rxjs';
import type { Row } from '../encode.js';
import { SourceTurn } from '../sourceTurn.js';
import { TimeSlice } from '../timeSlice.js';
import type { Log, LogEvent } from './log.js';

/** How events are read. */
export interface LogEventsOptions {
  /** Makes a row of an event. Default: its value is JSON in UTF-8. */
  readonly decode?: (event: LogEvent) => Row;
  /** Is given each event that cannot be decoded, and the stream goes on without it. By default it ends with that error. */
  readonly onBadEvent?: (event: LogEvent, error: DataError) => void;
  /** Is told that the log answers, with each batch. */
  readonly onBatch?: () => void;
}

/** The events of a log as rows, and how far it has been read. */
export interface LogEvents extends Observable<Row>, Savable {
  /** Offset of the last event that was sent on, by partition. */
  readonly offsets: ReadonlyMap<string, string>;
}

/**
 * The events of a log, one after the other. How far it has been read is a part of a checkpoint, beside the weights that came of it: so
 * after a crash each event counts exactly once in the weights, whatever the broker has been told. Nothing is acknowledged.
 *
 * Batches are pulled and rows are pushed: the next batch is asked for when the last row has come back from the subscriber. Subscribing
 * again goes on behind the last event.
 *
 * Where a log has several partitions, the order among them is that in which they come: each event counts once, but another run may
 * see them in another order.
 *
 * @throws {DataError} as the stream's error, with the offset, on an event that cannot be decoded; whatever the client throws.
 * @example
 * const log = {
 *   name: 'clicks',
 *   async *open() {
 *     yield [{ partition: '0', offset: '1', value: Buffer.from('{"price":12.5}') }];
 *   },
 * };
 * const clicks = logEvents(log);
 * const saving = checkpoint('runs/clicks', { model, optimizer, parts: { clicks } }, { every: { seconds: 10 } });
 * await saving.resume();
 * clicks.subscribe((row) => console.log(row));
 */
export function logEvents(log: Log, options: LogEventsOptions = {}): LogEvents {
  expectObject('logEvents log', log, 'a log', ['open'], "give one, as kafkaLog({ kafka, topic: 'clicks' })");
  expectNames('logEvents', options, ['decode', 'onBadEvent', 'onBatch']);
  const offsets = new Map<string, string>();
  const events = new Observable<Row>((subscriber) => {
    const abort = new AbortController();
    push(log, offsets, options, subscriber, abort.signal).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => abort.abort();
  });
  return Object.assign(events, {
    offsets,
    save: (): Saved => ({
      kind: 'logEvents',
      options: { log: log.name, offsets: Object.fromEntries(offsets) },
      tensors: new Map(),
    }),
    restore({ kind, options: saved }: Saved): void {
      if (kind !== 'logEvents' || saved.log !== log.name) {
        throw new OptionError(
          `logEvents restore: expected logEvents of ${log.name}, got ${kind} of ${saved.log}; read the log that was read before`,
        );
      }
      offsets.clear();
      for (const [partition, offset] of Object.entries(saved.offsets as Record<string, string>)) {
        offsets.set(partition, offset);
      }
    },
  });
}

async function push(
  log: Log,
  offsets: Map<string, string>,
  { decode = decodeJson, onBadEvent, onBatch }: LogEventsOptions,
  subscriber: Subscriber<Row>,
  signal: AbortSignal,
): Promise<void> {
  const slice = new TimeSlice();
  const turn = new SourceTurn();
  for await (const batch of log.open(new Map(offsets), signal)) {
    onBatch?.();
    for (const event of batch) {
      if (subscriber.closed) return;
      const row = rowOf(event, log, decode, onBadEvent);
      // Known before it is sent on: a checkpoint that is made of this event has it.
      offsets.set(event.partition, event.offset);
      if (row === undefined) continue;
      const held = turn.push(() => subscriber.next(row));
      if (held !== undefined) await held;
      if (slice.isOver()) await slice.yield();
    }
  }
}

function rowOf(
  event: LogEvent,
  { name }: Log,
  decode: (event: LogEvent) => Row,
  onBadEvent: LogEventsOptions['onBadEvent'],
): Row | undefined {
  try {
    return decode(event);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new DataError(
      `expected an event that can be decoded, got one that cannot, at offset ${event.offset} of ${event.partition} (${reason}); leave it out by onBadEvent, or decode it otherwise`,
      { file: name },
      { cause },
    );
    if (onBadEvent === undefined) throw error;
    onBadEvent(event, error);
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeJson({ value }: LogEvent): Row {
  const row: unknown = JSON.parse(utf8.decode(value));
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Row;
  throw new TypeError('expected an object');
}
