import { DataError, type DataPlace, type Floats, type Labels, type Tensor } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { CellReader } from '../cells/cellReader.js';
import type { RowInput } from './rowInput.js';

/** How the cells of a column are read that is no input. */
export interface EagerReader<Cell> extends CellReader<Cell> {
  /** What a cell stands for; NaN for a gap, or what cannot be. */
  value(cell: Cell): number;
  /** Throws of a cell that stands for nothing. */
  refuse(cell: Cell, place: DataPlace): void;
  isGap(cell: Cell): boolean;
  lend(size: number): Tensor | Labels;
}

/** A gap in a column of which it has to be known beforehand whether it has any. */
const UNTOLD =
  'expected a target, got a gap; remove the row, fill it in, or fit the encoder on this table: processes that share it, and those that go on in it, are told their rows before they are read';

/** Encodes each cell as it comes: what it means does not change while it is learned. */
export function eagerEncoder<Cell>(
  column: string,
  field: number,
  out: Int32Array | Floats,
  { leavesOutGaps }: { readonly leavesOutGaps: boolean },
  { ofColumn, ofValue, value, refuse, lend, isGap }: EagerReader<Cell>,
): RowInput {
  /** NaN for a gap. */
  const blocks: Float64Array[] = [];
  return {
    name: column,
    fields: [field],
    keepsBlocks: false,
    clear() {
      blocks.length = 0;
    },
    async add([data], block, wanted) {
      const place = { ...block, column };
      const cells = await ofColumn(data as Data, place, wanted);
      const values = new Float64Array(cells.length);
      for (let row = 0; row < values.length; row++) {
        if (wanted?.[row] === 0) continue;
        const cell = cells[row] as Cell;
        values[row] = value(cell);
        if (!Number.isNaN(values[row])) continue;
        if (!isGap(cell)) refuse(cell, { ...place, row });
        else if (!leavesOutGaps) throw new DataError(UNTOLD, { ...place, row });
      }
      blocks.push(values);
    },
    ...(leavesOutGaps && { isGap: (block, row) => Number.isNaN((blocks[block] as Float64Array)[row]) }),
    gather(places, rows, from, to) {
      for (let i = from; i < to; i++) {
        out[i] = (blocks[places[i] as number] as Float64Array)[rows[i] as number] as number;
      }
    },
    take(i, row, place) {
      const own = { ...place, column };
      const cell = ofValue(row[column], own);
      const number = value(cell);
      if (Number.isNaN(number)) refuse(cell, own);
      out[i] = number;
    },
    encode() {},
    lend,
  };
}
