import type { DataPlace, Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { ColumnEncoder } from './columnEncoder.js';
import { columnNumbers } from './columnNumbers.js';
import { lender, type NumbersEncoderOptions } from './floatsEncoder.js';
import { minibatchFloats } from './minibatchFloats.js';
import type { NumericColumns } from './numericColumns.js';

/**
 * Encodes lists of bytes to a tensor of shape [batch, …shape], each byte times `scale`. The blocks stay bytes, so that a
 * window of pictures takes no more memory than it has in the file.
 */
export function bytesEncoder(
  group: NumericColumns,
  { batchSize, dtype, scale }: NumbersEncoderOptions,
): ColumnEncoder {
  const { width } = group;
  const out = minibatchFloats(dtype, batchSize, width);
  const lists: Uint8Array[] = [];
  const column = group.columns[0]?.name;
  return {
    name: group.name,
    fields: group.columns.map(({ field }) => field),
    clear: () => {
      lists.length = 0;
    },
    add: ([data]: readonly Data[], place: DataPlace) => {
      lists.push(columnNumbers(data as Data, { ...place, column }) as Uint8Array);
    },
    gather: (blocks, rows, from, to) => {
      for (let i = from; i < to; i++) {
        const start = (rows[i] as number) * width;
        const bytes = lists[blocks[i] as number] as Uint8Array;
        out.set(bytes.subarray(start, start + width), i * width);
      }
      if (scale !== 1) scaleFloats(out, from * width, to * width, scale);
    },
    lend: lender(out, batchSize, group),
  };
}

/** Of its own, since a loop over its arguments is twice as fast as one over a closure's variables. */
function scaleFloats(values: Floats, start: number, end: number, scale: number): void {
  for (let i = start; i < end; i++) values[i] = (values[i] as number) * scale;
}
