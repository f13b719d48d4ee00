import { type DataPlace, type DType, type Floats, tensor } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { lender } from '../lender.js';
import type { MinibatchColumn } from '../minibatchColumn.js';
import { minibatchFloats } from '../minibatchFloats.js';
import type { NumericColumns } from './numericColumns.js';
import { isPacked, packFloats } from './packFloats.js';

/** Options of an encoder of numbers. */
export interface NumbersEncoderOptions {
  readonly batchSize: number;
  readonly dtype: DType;
  readonly scale: number;
}

/** Encodes numbers to a tensor of shape [batch, …shape]. */
export function floatsEncoder(
  group: NumericColumns,
  { batchSize, dtype, scale }: NumbersEncoderOptions,
): MinibatchColumn {
  const { width } = group;
  const out = minibatchFloats(dtype, batchSize, width);
  const packed: Floats[] = [];
  let ahead: Floats = out.subarray(0, 0);
  return {
    name: group.name,
    fields: group.columns.map(({ field }) => field),
    keepsBlocks: isPacked(group, dtype, scale),
    clear: () => {
      packed.length = 0;
    },
    add: async (columns: readonly Data[], place: DataPlace) => {
      packed.push(await packFloats(group, columns, dtype, scale, place));
    },
    gather: (blocks, rows, from, to) => {
      for (let i = from; i < to; i++) {
        copyFloats(packed[blocks[i] as number] as Floats, (rows[i] as number) * width, out, i * width, width);
      }
    },
    peek: (blocks, rows, count) => {
      if (ahead.length < count * width) ahead = minibatchFloats(dtype, count, width);
      for (let i = 0; i < count; i++) {
        copyFloats(
          packed[blocks[i] as number] as Floats,
          (rows[i] as number) * width,
          ahead,
          i * width,
          width,
        );
      }
      return tensor(ahead.subarray(0, count * width), [count, ...group.shape]);
    },
    lend: lender(out, batchSize, group),
  };
}

/** From this many numbers on, copying by the engine's own routine is faster than a loop. */
const LONG = 32;

function copyFloats(values: Floats, start: number, out: Floats, at: number, width: number): void {
  if (width >= LONG) out.set(values.subarray(start, start + width), at);
  else for (let j = 0; j < width; j++) out[at + j] = values[start + j] as number;
}
