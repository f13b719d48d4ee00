import type { Encoder, Examples } from '@fluxion/data';
import { DataError, expectNames, OptionError, type Savable, type Saved } from '@fluxion/tensor';
import { defer, filter, map, type OperatorFunction } from 'rxjs';

/** A row as a plain object: a value for each column, null for a gap. */
export type Row = Readonly<Record<string, unknown>>;

/** Options of `encode`. */
export interface EncodeOptions {
  /** Whether the rows have the targets too. Default true. */
  readonly targets?: boolean;
  /**
   * Whether the encoder learns too: each row is encoded by what was known before it, and then counted in. What it knows
   * belongs to the rows that came by; save it with the model. Default false.
   */
  readonly online?: boolean;
  /**
   * Is given each row that cannot be used, with what is wrong with it, and the stream goes on without it. By default the stream ends
   * with that error.
   */
  readonly onBadRow?: (row: Row, error: DataError) => void;
}

/** Encodes plain objects. How many there have been is a part of a checkpoint, where boxes draw at random by the number of the example. */
export type Encode = OperatorFunction<Row | readonly Row[], Examples> & Savable;

/**
 * Encodes plain objects, one by one or in lists, to examples for `fprop` and `train`. Their tensors are lent until the
 * subscriber returns, and rows are numbered as they come, on from the last one where it is subscribed to again.
 *
 * @throws {DataError} as the stream's error, with the column, when a value is missing or cannot be used.
 * @example
 * const encoder = onlineEncoder({ columns: { price: standardize() }, target: { clicked: ['no', 'yes'] } });
 * const model = sequential([linear(2)], { encoder });
 * const clicks$ = from([{ price: 12.5, clicked: 'no' }]);
 * clicks$.pipe(encode(encoder, { online: true }), train(model, { loss, optimizer })).forEach(({ loss }) => console.log(loss));
 */
export function encode(encoder: Encoder, options: EncodeOptions = {}): Encode {
  expectNames('encode', options, ['targets', 'online', 'onBadRow']);
  const { targets = true, online = false, onBadRow } = options;
  let number = 0;
  const operator: OperatorFunction<Row | readonly Row[], Examples> = (source) =>
    defer(() => {
      const encoded = (rows: readonly Row[]): Examples => {
        const examples = { ...encoder.encode(rows, { targets, online }), number };
        number += examples.size;
        return examples;
      };
      const listOf = (given: Row | readonly Row[]): readonly Row[] => (isList(given) ? given : [given]);
      if (onBadRow === undefined) return source.pipe(map((given) => encoded(listOf(given))));
      const isGood = (row: Row): boolean => {
        const error = misfit(encoder, row, targets);
        if (error !== undefined) onBadRow(row, error);
        return error === undefined;
      };
      return source.pipe(
        map((given) => listOf(given).filter(isGood)),
        filter(({ length }) => length > 0),
        map(encoded),
      );
    });
  return Object.assign(operator, {
    save: (): Saved => ({ kind: 'encode', options: { number }, tensors: new Map() }),
    restore({ kind, options: { number: saved } }: Saved): void {
      if (kind !== 'encode' || !Number.isSafeInteger(saved)) {
        throw new OptionError(
          `encode restore: expected encode and a number of rows, got ${kind} and ${JSON.stringify(saved)}; restore what it saved`,
        );
      }
      number = saved as number;
    },
  });
}

function isList(rows: Row | readonly Row[]): rows is readonly Row[] {
  return Array.isArray(rows);
}

/** What is wrong with a row; nothing is learned of it. */
function misfit(encoder: Encoder, row: Row, targets: boolean): DataError | undefined {
  try {
    encoder.encode([row], { targets, online: false });
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}
