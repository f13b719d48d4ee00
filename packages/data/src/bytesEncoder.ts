import type { DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { ColumnEncoder } from './columnEncoder.js';
import { columnNumbers } from './columnNumbers.js';
import { lender, type NumbersEncoderOptions } from './floatsEncoder.js';
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
  const out = dtype === 'float32' ? new Float32Array(batchSize * width) : new Float64Array(batchSize * width);
  const scaled = dtype === 'float32' ? new Float32Array(256) : new Float64Array(256);
  for (let byte = 0; byte < 256; byte++) scaled[byte] = byte * scale;
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
      for (let i = from, at = from * width; i < to; i++) {
        const bytes = lists[blocks[i] as number] as Uint8Array;
        const start = (rows[i] as number) * width;
        for (let j = start; j < start + width; j++) out[at++] = scaled[bytes[j] as number] as number;
      }
    },
    lend: lender(out, batchSize, group),
  };
}
