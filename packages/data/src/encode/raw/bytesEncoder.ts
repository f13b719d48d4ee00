import { arena, createKernels, type DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { endOfRun } from '../endOfRun.js';
import { lender } from '../lender.js';
import type { MinibatchColumn } from '../minibatchColumn.js';
import { minibatchLength } from '../minibatchLength.js';
import { type RowBuffer, RowsAhead } from '../rowsAhead.js';
import { columnNumbers } from './columnNumbers.js';
import type { NumbersEncoderOptions } from './floatsEncoder.js';
import type { NumericColumns } from './numericColumns.js';

/** The floats and bytes of so many fit into an arena, in either precision. */
const MAX_NUMBERS = 2 ** 28;

/**
 * Encodes lists of bytes to a tensor of shape [batch, …shape], each byte times `scale`. The blocks stay bytes, so that a
 * window of pictures takes no more memory than it has in the file; a minibatch's are copied to where a kernel scales
 * them.
 */
export function bytesEncoder(
  group: NumericColumns,
  { batchSize, dtype, scale }: NumbersEncoderOptions,
): MinibatchColumn {
  const { width } = group;
  const kernels = createKernels(dtype === 'float32' ? 'wasm' : 'reference', arena(dtype));
  const lists: Uint8Array[] = [];

  function buffer(examples: number): RowBuffer {
    const length = minibatchLength(examples, width, MAX_NUMBERS);
    const out = kernels.arena.tensor([length]);
    const { data } = kernels.arena.tensor([Math.ceil(length / out.data.BYTES_PER_ELEMENT)]);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, length);
    const scaleBytes = kernels.scaleBytes(bytes, out, scale);
    return {
      numbers: out.data,
      lend: lender(out.data, examples, group),
      gather(blocks, rows, from, to) {
        for (let i = from, end: number; i < to; i = end) {
          end = endOfRun(blocks, rows, i, to);
          const start = (rows[i] as number) * width;
          const list = lists[blocks[i] as number] as Uint8Array;
          bytes.set(list.subarray(start, start + (end - i) * width), i * width);
        }
        scaleBytes(from * width, to * width);
      },
    };
  }

  const minibatch = buffer(batchSize);
  const ahead = new RowsAhead(width, buffer);
  const column = group.columns[0]?.name;
  return {
    name: group.name,
    fields: group.columns.map(({ field }) => field),
    keepsBlocks: true,
    clear: () => {
      lists.length = 0;
      ahead.clear();
    },
    add: async ([data]: readonly Data[], place: DataPlace) => {
      lists.push((await columnNumbers(data as Data, { ...place, column })) as Uint8Array);
    },
    gather: (blocks, rows, from, to) => ahead.gather(minibatch, blocks, rows, from, to),
    peek: (blocks, rows, count) => ahead.peek(blocks, rows, count),
    lend: minibatch.lend,
  };
}
