import { lastAtMost } from '../lastAtMost.js';
import type { RowRange } from './exampleOrder.js';
import type { NumberAt } from './shuffledIndex.js';

/** Whether a row is an example, by the range that it is in and its place there. */
export type RangeFilter = (range: number, row: number) => boolean;

/** The rows of a window and their order. */
interface WindowOrder {
  /** Examples of the epoch that come before it. */
  readonly place: number;
  readonly rows: number;
  /** Those of them that are examples. */
  readonly examples: number;
  /** The window's row at each place of the order. */
  readonly rowAt: NumberAt;
}

/** Rows that are held in memory together, and the order in which those of them that are examples are given. */
export class ExampleWindow implements WindowOrder {
  readonly place: number;
  readonly rows: number;
  readonly examples: number;
  readonly rowAt: NumberAt;
  /** The number that the first row of each range has in the source. */
  readonly froms: readonly number[];
  /** Which of the window's rows that is. */
  readonly starts: Float64Array;

  private constructor(order: WindowOrder, froms: readonly number[], starts: Float64Array) {
    this.place = order.place;
    this.rows = order.rows;
    this.examples = order.examples;
    this.rowAt = order.rowAt;
    this.froms = froms;
    this.starts = starts;
  }

  /**
   * @param place examples of the epoch that come before it
   * @param ranges its rows in the source
   * @param filter all rows are examples, where it is left out
   * @param order the order of so many examples
   */
  static of(
    place: number,
    ranges: readonly RowRange[],
    filter: RangeFilter | undefined,
    order: (examples: number) => NumberAt,
  ): ExampleWindow {
    const froms = ranges.map(({ from }) => from);
    const starts = new Float64Array(ranges.length);
    let rows = 0;
    for (const [range, { count }] of ranges.entries()) {
      starts[range] = rows;
      rows += count;
    }
    if (filter === undefined)
      return new ExampleWindow({ place, rows, examples: rows, rowAt: order(rows) }, froms, starts);
    const kept = new Uint32Array(rows);
    let examples = 0;
    for (const [range, { count }] of ranges.entries()) {
      for (let row = 0; row < count; row++) {
        if (filter(range, row)) kept[examples++] = (starts[range] as number) + row;
      }
    }
    const at = order(examples);
    const rowAt: NumberAt = (place) => kept[at(place)] as number;
    return new ExampleWindow({ place, rows, examples, rowAt }, froms, starts);
  }

  /** The same window, of which ranges have been read that start at these numbers, and at these of the window's rows. */
  readIn(froms: readonly number[], starts: readonly number[]): ExampleWindow {
    return new ExampleWindow(this, froms, Float64Array.from(starts));
  }

  /** The range that a row of the window is in: the last one that starts at it or before. */
  rangeOf(row: number): number {
    return lastAtMost(this.starts, row);
  }
}

/** Before the first window and after the last. */
export const emptyWindow: ExampleWindow = ExampleWindow.of(0, [], undefined, () => (place) => place);
