import { lastAtMost } from '../lastAtMost.js';
import type { NumberAt } from './exampleOrder.js';

/** The blocks in memory, and the order in which those of their rows that are examples are given. */
export class ExampleWindow {
  /** The number that each block's first row has in the source. */
  readonly froms: readonly number[];
  /** Which of the window's rows each block starts with. */
  readonly starts: Float64Array;
  /** Rows in all blocks. */
  readonly rows: number;
  /** Those of them that are examples. */
  readonly examples: number;
  /** The window's row at each place of the order. */
  readonly rowAt: NumberAt;

  /**
   * @param froms the numbers that the blocks' first rows have in the source
   * @param sizes how many rows each block has
   * @param filter whether a row of a block is an example; all are, where it is left out
   * @param order the order of so many examples
   */
  constructor(
    froms: readonly number[],
    sizes: readonly number[],
    filter: ((block: number, row: number) => boolean) | undefined,
    order: (examples: number) => NumberAt,
  ) {
    this.froms = froms;
    this.starts = new Float64Array(sizes.length);
    let rows = 0;
    for (const [block, size] of sizes.entries()) {
      this.starts[block] = rows;
      rows += size;
    }
    this.rows = rows;
    if (filter === undefined) {
      this.examples = rows;
      this.rowAt = order(rows);
      return;
    }
    const kept = new Uint32Array(rows);
    let examples = 0;
    for (const [block, size] of sizes.entries()) {
      for (let row = 0; row < size; row++) {
        if (filter(block, row)) kept[examples++] = (this.starts[block] as number) + row;
      }
    }
    this.examples = examples;
    const at = order(examples);
    this.rowAt = (place) => kept[at(place)] as number;
  }

  /** The block that a row of the window is in: the last one that starts at it or before. */
  blockOf(row: number): number {
    return lastAtMost(this.starts, row);
  }
}

/** Before the first block and after the last. */
export const emptyWindow: ExampleWindow = new ExampleWindow([], [], undefined, () => (place) => place);
