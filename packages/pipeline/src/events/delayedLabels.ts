import { DataError, expectNames, type Json, OptionError, type Savable, type Saved } from '@fluxion/tensor';
import { mergeMap, type OperatorFunction } from 'rxjs';
import type { Row } from '../encode.js';

/** How events and their labels find each other. */
export interface DelayedLabelsOptions {
  /** The member that an event and its label have in common. */
  readonly key: string;
  /** Events that wait for their labels at most; the oldest goes when there are more. */
  readonly horizon: number;
  /** What tells labels from events. Default: what has a key that waits is a label. */
  readonly isLabel?: (row: Row) => boolean;
}

/** What joins, what waits, and what came to nothing. */
export interface DelayedLabels extends OperatorFunction<Row, Row>, Savable {
  /** Events that wait. */
  readonly waiting: number;
  /** Events that have gone without a label, and labels that came without an event. */
  readonly expired: number;
  readonly unknown: number;
}

/**
 * Joins events with labels that come later, in the same stream, as two rows with the same key: what is sent on is one row with the
 * members of both, in the order of the labels. At most `horizon` events wait.
 *
 * What waits is its own: subscribing again goes on with it, and a checkpoint saves it as one of its parts, as JSON.
 *
 * @throws {OptionError} when the horizon is not a positive integer; {DataError} as the stream's error, on a row without the key.
 * @example
 * const labels = delayedLabels({ key: 'id', horizon: 10_000 });
 * from([{ id: 7, price: 12.5 }, { id: 8, price: 3 }, { id: 7, clicked: 'yes' }])
 *   .pipe(labels)
 *   .subscribe((row) => console.log(row)); // { id: 7, price: 12.5, clicked: 'yes' }
 */
export function delayedLabels(options: DelayedLabelsOptions): DelayedLabels {
  expectNames('delayedLabels', options, ['key', 'horizon', 'isLabel']);
  const { key, horizon } = options;
  if (!(Number.isSafeInteger(horizon) && horizon > 0)) {
    throw new OptionError(
      `delayedLabels horizon: expected a positive integer, got ${horizon}; give one, as 10000`,
    );
  }
  const waiting = new Map<unknown, Row>();
  let [expired, unknown] = [0, 0];
  const { isLabel = (row: Row) => waiting.has(row[key]) } = options;
  const see = (row: Row): Row[] => {
    const value = row[key];
    if (value === undefined || value === null) {
      throw new DataError('expected the key that joins events and labels, got none; give each row one', {
        column: key,
      });
    }
    if (isLabel(row)) {
      const event = waiting.get(value);
      if (event === undefined) unknown++;
      waiting.delete(value);
      return event === undefined ? [] : [{ ...event, ...row }];
    }
    if (waiting.delete(value)) expired++;
    waiting.set(value, row);
    if (waiting.size > horizon) {
      const [oldest] = waiting.keys();
      waiting.delete(oldest);
      expired++;
    }
    return [];
  };
  const operator: OperatorFunction<Row, Row> = mergeMap(see);
  const joined = Object.assign(operator, {
    save: (): Saved => ({
      kind: 'delayedLabels',
      options: {
        key,
        horizon,
        expired,
        unknown,
        waiting: JSON.parse(JSON.stringify([...waiting.values()])) as Json,
      },
      tensors: new Map(),
    }),
    restore({ kind, options: saved }: Saved): void {
      if (kind !== 'delayedLabels' || saved.key !== key || saved.horizon !== horizon) {
        const [own, other] = [
          { key, horizon },
          { key: saved.key, horizon: saved.horizon },
        ].map((each) => JSON.stringify(each));
        throw new OptionError(
          `delayedLabels restore: expected delayedLabels ${own}, got ${kind} ${other}; restore with the options that were saved`,
        );
      }
      waiting.clear();
      for (const row of saved.waiting as unknown as readonly Row[]) waiting.set(row[key], row);
      [expired, unknown] = [saved.expired as number, saved.unknown as number];
    },
  });
  return Object.defineProperties(joined, {
    waiting: { get: () => waiting.size },
    expired: { get: () => expired },
    unknown: { get: () => unknown },
  }) as DelayedLabels;
}
