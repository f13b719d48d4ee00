import type { NumberAt } from './exampleOrder.js';

/** The blocks in memory, and the order in which their rows are given. */
export class ExampleWindow {
  /** The number of each block in the source. */
  readonly numbers: readonly number[];
  /** Which of the window's rows each block starts with. */
  readonly starts: Float64Array;
  /** Rows in all blocks. */
  readonly rows: number;
  readonly rowAt: NumberAt;

  /**
   * @param numbers the blocks' numbers in the source
   * @param sizes how many rows each has
   */
  constructor(numbers: readonly number[], sizes: readonly number[], order: (rows: number) => NumberAt) {
    this.numbers = numbers;
    this.starts = new Float64Array(sizes.length);
    let rows = 0;
    for (const [block, size] of sizes.entries()) {
      this.starts[block] = rows;
      rows += size;
    }
    this.rows = rows;
    this.rowAt = order(rows);
  }

  /** The block that a row is in: the last one that starts at it or before. */
  blockOf(row: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.starts[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Before the first block and after the last. */
export const emptyWindow: ExampleWindow = new ExampleWindow([], [], () => (place) => place);
