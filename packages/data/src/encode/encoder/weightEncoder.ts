import { DataError, type DataPlace, tensor } from '@fluxion/tensor';
import { numbers } from '../cells/numbers.js';
import type { MinibatchOptions } from '../minibatchColumns.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { eagerEncoder } from './eagerEncoder.js';
import type { RowInput } from './rowInput.js';

/** The column of the weights of the rows. */
export interface RowWeight {
  readonly column: string;
  /** What a row has on average, which becomes 1. */
  readonly mean: number;
}

/** @throws {DataError} when it is no number from 0. */
export function expectWeight(cell: number, place: DataPlace): void {
  if (cell >= 0) return;
  const got = Number.isNaN(cell) ? 'a gap' : cell;
  throw new DataError(
    `expected how much the row counts, a number from 0, got ${got}; correct it, or remove the row`,
    place,
  );
}

/**
 * Encodes the weight of each row to [batch].
 *
 * @param field the place of the column in the schema
 * @throws {DataError} by `add` and `take`, for what is no finite number from 0.
 */
export function weightEncoder(
  { column, mean }: RowWeight,
  field: number,
  { batchSize, dtype }: MinibatchOptions,
): Omit<RowInput, 'isGap'> {
  const out = minibatchFloats(dtype, batchSize, 1);
  const full = tensor(out);
  const { isGap: _, ...encoder } = eagerEncoder<number>(
    column,
    field,
    out,
    { leavesOutGaps: false },
    {
      ...numbers,
      value: (cell) => (cell >= 0 ? cell / mean : Number.NaN),
      refuse: expectWeight,
      isGap: () => false,
      lend: (size) => (size === batchSize ? full : tensor(out.subarray(0, size))),
    },
  );
  return encoder;
}
