import { type Labels, labels } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { EncodeOptions } from './inputEncoder.js';
import type { RowInput } from './rowInput.js';
import { type EncodedColumn, StagedColumn } from './stagedColumn.js';

/** Encodes a column to indices [batch, width], an input under the column's name. */
export function indexEncoder(
  column: EncodedColumn,
  field: number,
  { batchSize, online }: EncodeOptions,
): RowInput {
  const staged = new StagedColumn(column, batchSize, online);
  const { width } = staged;
  const out = new Int32Array(batchSize * width);
  const view = (size: number): Labels => labels(out.subarray(0, size * width), [size, width]);
  const full = view(batchSize);
  return {
    name: column.column,
    fields: [field],
    keepsBlocks: false,
    clear: () => staged.clear(),
    add: ([data], place, wanted) => staged.add(data as Data, place, wanted),
    gather: (blocks, rows, from, to) => staged.gather(blocks, rows, from, to),
    take: (i, row, place) => staged.take(i, row, place),
    encode: (size) => staged.encodeIndices(size, out),
    lend: (size) => (size === batchSize ? full : view(size)),
  };
}
