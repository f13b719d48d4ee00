import { expectSeed, type Json, OptionError } from '@fluxion/tensor';
import { finalMix } from './finalMix.js';

/** Whether the row of this number is one of the examples. */
export interface RowFilter {
  (row: number): boolean;
  /** What it takes, as plain data: a checkpoint knows it again by that. */
  readonly description?: Json;
}

/**
 * Splits the rows of a table in two by a hash of their numbers: a share is held out for validation, the rest is trained
 * on. The same rows are held out whatever the order and the format, and a row stays on its side when others are appended.
 *
 * @param share of the rows held out, in (0, 1); each row is held out with this probability
 * @param seed an integer in [0, 2³²). Default 0
 * @throws {OptionError} when share is not in (0, 1), or the seed is not such an integer.
 * @example
 * const { training, validation } = holdOut(0.1);
 * examples(source, { ...options, rows: training });
 */
export function holdOut(
  share: number,
  seed = 0,
): { readonly training: RowFilter; readonly validation: RowFilter } {
  if (!(share > 0 && share < 1)) {
    throw new OptionError(`holdOut share: expected a number between 0 and 1, got ${share}; give one, as 0.1`);
  }
  expectSeed('holdOut', seed);
  const bound = share * 2 ** 32;
  const isHeldOut = (row: number): boolean => hash(row, seed) < bound;
  const described = (filter: RowFilter, part: string): RowFilter =>
    Object.assign(filter, { description: { holdOut: share, seed, part } });
  return {
    training: described((row) => !isHeldOut(row), 'training'),
    validation: described(isHeldOut, 'validation'),
  };
}

/** 32 bits of both words of the row's number and the seed, each of which moves all of them. */
function hash(row: number, seed: number): number {
  let h = seed ^ 0x9e3779b9;
  for (const word of [row >>> 0, Math.floor(row / 2 ** 32)]) h = finalMix(h ^ word);
  return h >>> 0;
}
