import type { RowMask } from '../encode/cells/cellReader.js';
import type { RowRange } from './exampleOrder.js';
import type { ExampleWindow } from './exampleWindow.js';
import type { RowFilter } from './holdOut.js';

/** A range of a window's rows. */
interface WindowRange extends RowRange {
  /** Which of the window's rows it starts with. */
  readonly start: number;
}

/** Those rows of a window that one of several processes has: which ranges of the source to read for them, and the window in these. */
export class OwnRows {
  /** In the order of the window. */
  readonly ranges: readonly WindowRange[];
  readonly #window: ExampleWindow;
  readonly #wanted: RowMask;
  readonly #froms: number[] = [];
  readonly #starts: number[] = [];
  #range = 0;
  #numbers: Set<number> | undefined;

  /**
   * @param wanted of the window's rows
   * @param near most rows between two wanted ones that are read with them rather than passed over
   */
  constructor(window: ExampleWindow, wanted: RowMask, near: number) {
    this.#window = window;
    this.#wanted = wanted;
    this.ranges = rangesOf(window, wanted, near);
  }

  /** Whether a row of the source is one of them. */
  readonly isWanted: RowFilter = (number) => {
    this.#numbers ??= new Set(
      this.ranges.flatMap(({ from, count, start }) =>
        Array.from({ length: count }, (_, i) => (this.#wanted[start + i] === 1 ? from + i : -1)),
      ),
    );
    return this.#numbers.has(number);
  };

  /** Takes note of the block that has been read next. Returns which of its rows are wanted. */
  take(from: number, rows: number): RowMask {
    while (!isIn(this.ranges[this.#range] as WindowRange, from)) this.#range++;
    const range = this.ranges[this.#range] as WindowRange;
    const start = range.start + from - range.from;
    this.#froms.push(from);
    this.#starts.push(start);
    return this.#wanted.subarray(start, start + rows);
  }

  /** The window in the blocks that have been read. */
  get window(): ExampleWindow {
    return this.#window.readIn(this.#froms, this.#starts);
  }
}

function isIn({ from, count }: RowRange, row: number): boolean {
  return row >= from && row < from + count;
}

function rangesOf({ froms, starts, rows }: ExampleWindow, wanted: RowMask, near: number): WindowRange[] {
  const ranges: WindowRange[] = [];
  for (const [i, first] of froms.entries()) {
    const start = starts[i] as number;
    const end = starts[i + 1] ?? rows;
    let range: { from: number; count: number; start: number } | undefined;
    for (let row = start; row < end; row++) {
      if (wanted[row] !== 1) continue;
      const from = first + row - start;
      if (range !== undefined && from - range.from - range.count <= near) range.count = from - range.from + 1;
      else {
        range = { from, count: 1, start: row };
        ranges.push(range);
      }
    }
  }
  return ranges;
}
