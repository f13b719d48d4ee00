import { lastAtMost } from '../lastAtMost.js';
import type { RowRange } from './exampleOrder.js';
import type { NumberAt } from './shuffledIndex.js';

/** Whether a row is an example, by the range that it is in and its place there. */
export type RangeFilter = (range: number, row: number) => boolean;

/** Rows of a window that follow each other in the source. */
export interface WindowRange extends RowRange {
  /** Which of the window's rows it starts with. */
  readonly start: number;
}

/** Ranges of rows as a window has them, one after the other. */
export function windowRanges(ranges: readonly RowRange[]): readonly WindowRange[] {
  let next = 0;
  return ranges.map(({ from, count }) => {
    const start = next;
    next += count;
    return { from, count, start };
  });
}

/** The rows of a window and their order. */
interface WindowOrder {
  /** Examples of the epoch that come before it. */
  readonly place: number;
  readonly rows: number;
  /** Those of them that are examples. */
  readonly examples: number;
  /** The window's row at each place of the order. */
  readonly rowAt: NumberAt;
  /** The window's row that is its first example, its second one and so on, as they lie in the window. */
  readonly exampleRow: NumberAt;
}

/** Rows that are held in memory together, and the order in which those of them that are examples are given. */
export class ExampleWindow implements WindowOrder {
  readonly place: number;
  readonly rows: number;
  readonly examples: number;
  readonly rowAt: NumberAt;
  readonly exampleRow: NumberAt;
  /** The number that the first row of each range has in the source. */
  readonly froms: readonly number[];
  /** Which of the window's rows that is. */
  readonly starts: Float64Array;

  private constructor(order: WindowOrder, ranges: readonly WindowRange[]) {
    this.place = order.place;
    this.rows = order.rows;
    this.examples = order.examples;
    this.rowAt = order.rowAt;
    this.exampleRow = order.exampleRow;
    this.froms = ranges.map(({ from }) => from);
    this.starts = Float64Array.from(ranges, ({ start }) => start);
  }

  /**
   * @param place examples of the epoch that come before it
   * @param ranges all of its rows
   * @param filter all rows are examples, where it is left out
   * @param order the order of so many examples
   */
  static of(
    place: number,
    ranges: readonly WindowRange[],
    filter: RangeFilter | undefined,
    order: (examples: number) => NumberAt,
  ): ExampleWindow {
    const rows = ranges.reduce((sum, { count }) => sum + count, 0);
    if (filter === undefined) {
      const all = { place, rows, examples: rows, rowAt: order(rows), exampleRow: (i: number) => i };
      return new ExampleWindow(all, ranges);
    }
    const kept = new Uint32Array(rows);
    let examples = 0;
    for (const [range, { count, start }] of ranges.entries()) {
      for (let row = 0; row < count; row++) if (filter(range, row)) kept[examples++] = start + row;
    }
    const at = order(examples);
    const exampleRow: NumberAt = (i) => kept[i] as number;
    return new ExampleWindow(
      { place, rows, examples, rowAt: (place) => exampleRow(at(place)), exampleRow },
      ranges,
    );
  }

  /** The same window, of which these blocks have been read. */
  withBlocks(blocks: readonly WindowRange[]): ExampleWindow {
    return new ExampleWindow(this, blocks);
  }

  /** The range that a row of the window is in: the last one that starts at it or before. */
  rangeOf(row: number): number {
    return lastAtMost(this.starts, row);
  }
}

/** Before the first window and after the last. */
export const emptyWindow: ExampleWindow = ExampleWindow.of(0, [], undefined, () => (place) => place);
