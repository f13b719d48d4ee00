import { OptionError } from '@fluxion/tensor';
import type { ExampleOrder, RowRange } from '../order/exampleOrder.js';
import type { RowFilter } from '../order/holdOut.js';
import type { Position } from '../order/position.js';

/** Where a window starts in an epoch: after so many rows, in the order of their runs, and so many examples. */
export interface WindowStart {
  readonly step: number;
  readonly place: number;
}

/**
 * The start of the window that a position is in, or of one before it, where only reading tells.
 *
 * @param rows of the source, where they are known
 * @throws {OptionError} when the position lies beyond them.
 */
export function windowStart(
  order: ExampleOrder,
  { epoch, row }: Position,
  filter: RowFilter | undefined,
  rows: number | undefined,
): WindowStart {
  let step = 0;
  let place = 0;
  if (!order.mixes) {
    if (filter === undefined) step = place = Math.min(row, rows ?? row);
    else while (place < row && step < (rows ?? 0)) if (filter(step++)) place++;
    if (rows !== undefined && place < row) throw beyond(row, place);
  } else if (filter === undefined || rows !== undefined) {
    while (place < row) {
      const ranges = order.window(epoch, step);
      const size = ranges.reduce((sum, { count }) => sum + count, 0);
      if (size === 0) throw beyond(row, place);
      const examples = filter === undefined ? size : count(ranges, filter);
      if (place + examples > row) break;
      step += size;
      place += examples;
    }
  }
  return { step, place };
}

function count(ranges: readonly RowRange[], filter: RowFilter): number {
  let examples = 0;
  for (const { from, count } of ranges) {
    for (let row = from; row < from + count; row++) if (filter(row)) examples++;
  }
  return examples;
}

/** What refuses a position that lies beyond the examples of an epoch. */
export function beyond(row: number, examples: number): OptionError {
  return new OptionError(
    `examples from.row: expected at most the ${examples} examples of an epoch, got ${row}; give the table, shuffle and rows that the position was taken with`,
  );
}
