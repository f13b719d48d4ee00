import { DataError } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { RowFilter } from '../../order/holdOut.js';
import { numbers } from '../cells/numbers.js';
import type { Column } from '../column.js';
import { expectWeight, type RowWeight } from '../encoder/weightEncoder.js';
import { Moments } from '../encodings/moments.js';
import type { Mergeable } from '../mergeable.js';

/** Goes through the column of the weights of the rows. */
export class WeightFit implements Mergeable<Float64Array> {
  readonly column: Column;
  readonly #moments = new Moments();

  constructor(column: Column) {
    this.column = column;
  }

  /**
   * Takes in a block.
   *
   * @param keeps whether the row with this place in the block counts
   * @throws {DataError} with the row, for what is no number from 0.
   */
  async see(data: Data, keeps: RowFilter): Promise<void> {
    const place = { column: this.column.name };
    const cells = await numbers.ofColumn(data, place);
    for (let row = 0; row < cells.length; row++) {
      if (!keeps(row)) continue;
      expectWeight(cells[row] as number, { ...place, row });
      this.#moments.see(cells[row] as number);
    }
  }

  tally(): Float64Array {
    return this.#moments.tally();
  }

  merge(tally: Float64Array): void {
    this.#moments.merge(tally);
  }

  /** @throws {DataError} when no row counts. */
  weight(file: string): RowWeight {
    const { name: column } = this.column;
    const { mean } = this.#moments;
    if (mean > 0) return { column, mean };
    throw new DataError('expected rows that count, got 0 in every row; name another column', {
      file,
      column,
    });
  }
}
