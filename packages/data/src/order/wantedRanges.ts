import type { RowMask } from '../encode/cells/cellReader.js';
import type { ExampleWindow, WindowRange } from './exampleWindow.js';

/** A part of a window is read in so many reads for each that the whole window takes, at most. */
const MOST_READS = 3;

/**
 * The ranges of a source to be read for some examples of a window, in the order of the window.
 *
 * @param wanted of the window's rows
 * @param near so many examples between two wanted ones are read with them rather than passed over; more, where these would be too
 *   many reads. Rows that are no examples do not count: whoever reads all reads them too
 */
export function wantedRanges(window: ExampleWindow, wanted: RowMask, near: number): readonly WindowRange[] {
  for (let most = Math.max(1, near); ; most *= 2) {
    const ranges = joined(window, wanted, most);
    if (ranges.length <= MOST_READS * window.froms.length) return ranges;
  }
}

function joined(window: ExampleWindow, wanted: RowMask, near: number): WindowRange[] {
  const { froms, starts, examples } = window;
  const ranges: { from: number; count: number; start: number }[] = [];
  let lastRange = -1;
  let lastExample = -1;
  for (let example = 0; example < examples; example++) {
    const row = window.exampleRow(example);
    if (wanted[row] !== 1) continue;
    const range = window.rangeOf(row);
    const before = ranges.at(-1);
    if (before !== undefined && range === lastRange && example - lastExample - 1 <= near) {
      before.count = row + 1 - before.start;
    } else {
      ranges.push({ from: (froms[range] as number) + row - (starts[range] as number), count: 1, start: row });
    }
    lastRange = range;
    lastExample = example;
  }
  return ranges;
}
