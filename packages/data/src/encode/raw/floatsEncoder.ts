import type { DataPlace, DType, Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { copyFloats } from '../copyFloats.js';
import { lender } from '../lender.js';
import type { MinibatchColumn } from '../minibatchColumn.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { type ExampleBuffer, peekRows } from '../peekRows.js';
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

  function buffer(examples: number): ExampleBuffer {
    const out = minibatchFloats(dtype, examples, width);
    return {
      lend: lender(out, examples, group),
      gather(blocks, rows, from, to) {
        for (let i = from; i < to; i++) {
          copyFloats(
            packed[blocks[i] as number] as Floats,
            (rows[i] as number) * width,
            out,
            i * width,
            width,
          );
        }
      },
    };
  }

  const { gather, lend } = buffer(batchSize);
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
    gather,
    peek: peekRows(buffer),
    lend,
  };
}
