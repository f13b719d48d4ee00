import type { Encoder, Examples } from '@fluxion/data';
import { expectNames } from '@fluxion/tensor';
import { defer, map, type OperatorFunction } from 'rxjs';

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
}

/**
 * Encodes plain objects, one by one or in lists, to examples for `fprop` and `train`. Their tensors are lent until the
 * subscriber returns, and rows are numbered as they come.
 *
 * @throws {DataError} as the stream's error, with the column, when a value is missing or cannot be used.
 * @example
 * const encoder = onlineEncoder({ columns: { price: standardize() }, target: { clicked: ['no', 'yes'] } });
 * const model = sequential([linear(2)], { encoder });
 * const clicks$ = from([{ price: 12.5, clicked: 'no' }]);
 * clicks$.pipe(encode(encoder, { online: true }), train(model, { loss, optimizer })).forEach(({ loss }) => console.log(loss));
 */
export function encode(
  encoder: Encoder,
  options: EncodeOptions = {},
): OperatorFunction<Row | readonly Row[], Examples> {
  expectNames('encode', options, ['targets', 'online']);
  const { targets = true, online = false } = options;
  return (source) =>
    defer(() => {
      let number = 0;
      return source.pipe(
        map((rows) => {
          const examples = encoder.encode(isList(rows) ? rows : [rows], { targets, online });
          const numbered = { ...examples, number };
          number += examples.size;
          return numbered;
        }),
      );
    });
}

function isList(rows: Row | readonly Row[]): rows is readonly Row[] {
  return Array.isArray(rows);
}
