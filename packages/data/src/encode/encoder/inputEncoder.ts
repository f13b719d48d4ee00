import type { DType } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { lender } from '../lender.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { RowsAhead } from '../rowsAhead.js';
import { countExtremes, type Extremes } from './extremes.js';
import type { RowInput } from './rowInput.js';
import { type EncodedColumn, StagedColumn } from './stagedColumn.js';

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
 * @param isFrozen whether a row is encoded the same whatever comes before it
 */
export function inputEncoder(
  name: string,
  columns: readonly EncodedColumn[],
  fields: readonly number[],
  { batchSize, dtype, online }: EncodeOptions,
  extremes: Extremes,
  isFrozen: () => boolean,
): RowInput {
  const staged = columns.map((column) => new StagedColumn(column, batchSize, online));
  let width = 0;
  const placed = staged.map((column) => {
    const start = width;
    width += column.width;
    return { column, start, name: column.name, end: width };
  });
  const out = minibatchFloats(dtype, batchSize, width);
  const ahead = new RowsAhead(width, (examples) => {
    const numbers = minibatchFloats(dtype, examples, width);
    return {
      numbers,
      lend: lender(numbers, examples, { shape: [width], width }),
      gather(blocks, rows, from, to) {
        for (const { column, start } of placed)
          column.encodeRows(blocks, rows, from, to, numbers, start, width);
      },
    };
  });
  /** Whether the one example of the minibatch was encoded before its turn. */
  let isEncoded = false;
  return {
    name,
    fields,
    keepsBlocks: columns.some(({ reader }) => reader.keepsBlock === true),
    clear() {
      for (const column of staged) column.clear();
      ahead.clear();
    },
    async add(data, place, wanted) {
      for (const [i, column] of staged.entries()) await column.add(data[i] as Data, place, wanted);
    },
    gather(blocks, rows, from, to) {
      isEncoded = batchSize === 1 && isFrozen() && ahead.take(blocks[0] as number, rows[0] as number, out);
      if (!isEncoded) for (const column of staged) column.gather(blocks, rows, from, to);
    },
    take(i, row, place) {
      for (const column of staged) column.take(i, row, place);
    },
    encode(size) {
      if (!isEncoded) for (const { column, start } of placed) column.encode(size, out, start, width);
      countExtremes(extremes, out, size, placed);
    },
    peek: (blocks, rows, count) => (isFrozen() ? ahead.peek(blocks, rows, count) : undefined),
    lend: lender(out, batchSize, { shape: [width], width }),
  };
}
