import type { DType } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { lender } from '../lender.js';
import { minibatchFloats } from '../minibatchFloats.js';
import type { RowInput } from './rowInput.js';
import { type EncodedColumn, type Extremes, StagedColumn } from './stagedColumn.js';

/** How minibatches of a table are encoded. */
export interface EncodeOptions {
  readonly batchSize: number;
  readonly dtype: DType;
  /** Whether each row is counted in after it has been encoded. */
  readonly online: boolean;
}

/**
 * Encodes columns of a table to one tensor [batch, width].
 *
 * @param fields the place of each column in the schema
 */
export function inputEncoder(
  name: string,
  columns: readonly EncodedColumn[],
  fields: readonly number[],
  { batchSize, dtype, online }: EncodeOptions,
  extremes: Extremes,
): RowInput {
  const staged = columns.map((column) => new StagedColumn(column, batchSize, online, extremes));
  const width = staged.reduce((sum, column) => sum + column.width, 0);
  const out = minibatchFloats(dtype, batchSize, width);
  return {
    name,
    fields,
    keepsBlocks: columns.some(({ reader }) => reader.keepsBlock === true),
    clear() {
      for (const column of staged) column.clear();
    },
    async add(data, place, wanted) {
      for (const [i, column] of staged.entries()) await column.add(data[i] as Data, place, wanted);
    },
    gather(blocks, rows, from, to) {
      for (const column of staged) column.gather(blocks, rows, from, to);
    },
    take(i, row, place) {
      for (const column of staged) column.take(i, row, place);
    },
    encode(size) {
      let at = 0;
      for (const column of staged) {
        column.encode(size, out, at, width);
        at += column.width;
      }
    },
    lend: lender(out, batchSize, { shape: [width], width }),
  };
}
