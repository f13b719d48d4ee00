import type { DataPlace, DType, Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { endOfRun } from '../endOfRun.js';
import { lender } from '../lender.js';
import type { MinibatchColumn } from '../minibatchColumn.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { type RowBuffer, RowsAhead } from '../rowsAhead.js';
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
  const packed: Floats[] = [];

  function buffer(examples: number): RowBuffer {
    const numbers = minibatchFloats(dtype, examples, width);
    return {
      numbers,
      lend: lender(numbers, examples, group),
      gather(blocks, rows, from, to) {
        for (let i = from, end: number; i < to; i = end) {
          end = endOfRun(blocks, rows, i, to);
          const values = packed[blocks[i] as number] as Floats;
          copyFloats(values, (rows[i] as number) * width, numbers, i * width, (end - i) * width);
        }
      },
    };
  }

  const minibatch = buffer(batchSize);
  const ahead = new RowsAhead(width, buffer);
  return {
    name: group.name,
    fields: group.columns.map(({ field }) => field),
    keepsBlocks: isPacked(group, dtype, scale),
    clear: () => {
      packed.length = 0;
      ahead.clear();
    },
    add: async (columns: readonly Data[], place: DataPlace) => {
      packed.push(await packFloats(group, columns, dtype, scale, place));
    },
    gather: (blocks, rows, from, to) => ahead.gather(minibatch, blocks, rows, from, to),
    peek: (blocks, rows, count) => ahead.peek(blocks, rows, count),
    lend: minibatch.lend,
  };
}

/** From this many numbers on, copying by the engine's own routine is faster than a loop. */
const LONG = 32;

/** Copies `width` numbers. */
function copyFloats(values: Floats, start: number, out: Floats, at: number, width: number): void {
  if (width >= LONG) out.set(values.subarray(start, start + width), at);
  else for (let j = 0; j < width; j++) out[at + j] = values[start + j] as number;
}
