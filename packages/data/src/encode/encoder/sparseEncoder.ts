import { type DataPlace, type Labels, labels, type Tensor, tensor } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { RowMask } from '../cells/cellReader.js';
import { minibatchFloats } from '../minibatchFloats.js';
import type { EncodeOptions } from './inputEncoder.js';
import type { RowInput } from './rowInput.js';
import { type EncodedColumn, StagedColumn } from './stagedColumn.js';

/** Where the entries of sparse columns are: in the list of an example's entries, and in the vector that they are of. */
export interface SparseLayout {
  /** Entries of an example, at most. */
  readonly length: number;
  /** Numbers of the vector. */
  readonly indices: number;
}

/** @param hasBias whether there is a last entry that is always 1 */
export function sparseLayout(columns: readonly EncodedColumn[], hasBias: boolean): SparseLayout {
  const bias = hasBias ? 1 : 0;
  return {
    length: columns.reduce((sum, { state }) => sum + (state.maxEntries ?? 0), bias),
    indices: columns.reduce((sum, { state }) => sum + state.width, bias),
  };
}

/**
 * Encodes columns of many numbers, of which few are not zero, to two tensors: indices [batch, n] of these, −1 where there are
 * no more, and their weights [batch, n]. So a text costs what its words cost, however many words there are.
 */
export function sparseEncoder(
  name: string,
  columns: readonly EncodedColumn[],
  fields: readonly number[],
  hasBias: boolean,
  { batchSize, dtype, online }: EncodeOptions,
): readonly [indices: RowInput, weights: RowInput] {
  const staged = columns.map((column) => new StagedColumn(column, batchSize, online));
  const { length, indices: last } = sparseLayout(columns, hasBias);
  const weights = minibatchFloats(dtype, batchSize, length);
  const indices = new Int32Array(batchSize * length);
  const view = (size: number): Labels => labels(indices.subarray(0, size * length), [size, length]);
  const weightView = (size: number): Tensor => tensor(weights.subarray(0, size * length), [size, length]);
  const full = [view(batchSize), weightView(batchSize)] as const;
  return [
    {
      name,
      fields,
      keepsBlocks: columns.some(({ reader }) => reader.keepsBlock === true),
      clear() {
        for (const column of staged) column.clear();
      },
      async add(data: readonly Data[], place: DataPlace, wanted?: RowMask) {
        for (const [i, column] of staged.entries()) await column.add(data[i] as Data, place, wanted);
      },
      gather(blocks, rows, from, to) {
        for (const column of staged) column.gather(blocks, rows, from, to);
      },
      take(i, row, place) {
        for (const column of staged) column.take(i, row, place);
      },
      encode(size) {
        let start = 0;
        let first = 0;
        for (const [i, column] of staged.entries()) {
          const room = columns[i]?.state.maxEntries ?? 0;
          column.encodeEntries(size, indices, weights, start, length, room, first);
          start += room;
          first += column.width;
        }
        for (let at = length - 1; hasBias && at < size * length; at += length) {
          indices[at] = last - 1;
          weights[at] = 1;
        }
      },
      lend: (size) => (size === batchSize ? full[0] : view(size)),
    },
    {
      name: `${name}.weights`,
      fields: [],
      keepsBlocks: false,
      clear: () => {},
      add: async () => {},
      gather: () => {},
      take: () => {},
      encode: () => {},
      lend: (size) => (size === batchSize ? full[1] : weightView(size)),
    },
  ];
}
