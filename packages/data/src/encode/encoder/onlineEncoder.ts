import { expectNames, OptionError } from '@fluxion/tensor';
import type { EncodingDescription } from '../encodings/encoding.js';
import { definitionOf, expectEncoding } from '../encodings/encodings.js';
import { Encoder } from './encoder.js';
import type { Target } from './target.js';

/** Options of `onlineEncoder`. */
export interface OnlineOptions {
  /** How each column of the input is encoded, in this order. */
  readonly columns: Readonly<Record<string, EncodingDescription>>;
  /**
   * What is to be predicted, by the name of the column: the names of its classes; or the mean and the deviation that a number
   * has roughly, which predictions are given in.
   */
  readonly target?: Readonly<
    Record<string, readonly string[] | { readonly mean: number; readonly deviation: number }>
  >;
  /** The column that says how much each row counts in what is learned, a number from 0. Default: each counts 1. */
  readonly weight?: string;
}

/**
 * An encoder that has seen nothing yet, for a stream that is learned from as it comes: `encode(encoder, { online: true })`
 * encodes each row by those before it, and then counts it in. Since a model's input cannot grow, words take the free places
 * of `oneHot({ maxCategories })` as they come, and every column has room for an indicator of gaps.
 *
 * @throws {OptionError} when an option cannot be.
 * @example
 * const encoder = onlineEncoder({
 *   columns: { price: standardize(), city: oneHot({ maxCategories: 50 }), time: calendar() },
 *   target: { clicked: ['no', 'yes'] },
 * });
 */
export function onlineEncoder(options: OnlineOptions): Encoder {
  expectNames('onlineEncoder options', options, ['columns', 'target', 'weight']);
  const { columns, target = {}, weight } = options;
  const planned = Object.entries(columns ?? {}).map(([column, description]) => {
    expectEncoding(description, `onlineEncoder columns.${column}`);
    const definition = definitionOf(description);
    const state = definition.start(description);
    state.settle();
    return { column, reader: definition.reader(description), state, why: 'as it was asked for' };
  });
  if (planned.length === 0) {
    throw new OptionError(
      'onlineEncoder columns: expected at least one column, got none; give one, as { age: standardize() }',
    );
  }
  return new Encoder(planned, Object.entries(target).map(targetOf), [], {
    weight: weight === undefined ? undefined : { column: weight, mean: 1 },
  });
}

function targetOf([column, given]: readonly [string, NonNullable<OnlineOptions['target']>[string]]): Target {
  if (isList(given) && given.length > 0 && new Set(given).size === given.length) {
    return { kind: 'classes', column, classes: given };
  }
  if (
    !isList(given) &&
    Number.isFinite(given?.mean) &&
    given.deviation > 0 &&
    Number.isFinite(given.deviation)
  ) {
    return { kind: 'number', column, mean: given.mean, deviation: given.deviation };
  }
  throw new OptionError(
    `onlineEncoder target.${column}: expected names of classes, or a mean and a deviation above 0, got ${JSON.stringify(given)}; give these`,
  );
}

function isList(given: NonNullable<OnlineOptions['target']>[string]): given is readonly string[] {
  return Array.isArray(given);
}
