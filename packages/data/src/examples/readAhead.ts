import type { RowMask } from '../encode/cells/cellReader.js';
import type { WindowRange } from '../order/exampleWindow.js';
import type { RowFilter } from '../order/holdOut.js';
import type { Block, OpenSource } from '../sources/source.js';

/** A block that has been read. The reading goes on by itself: `next` is the block after it, when that has been read. */
export interface ReadBlock {
  /** Number of its first row in the source. */
  readonly from: number;
  /** Which of the window's rows that is. */
  readonly start: number;
  readonly block: Block;
  readonly next: Promise<ReadBlock | undefined>;
}

/** Which rows of a source to read. */
export interface Reading {
  readonly open: OpenSource;
  /** Places in the schema of the columns to be read. */
  readonly fields: readonly number[];
  readonly ranges: readonly WindowRange[];
  /** Which of the window's rows are looked at; those that the filter takes, where it is left out. */
  readonly wanted: RowMask | undefined;
  /** Which rows of the source are examples; all, where it is left out. */
  readonly filter: RowFilter | undefined;
  /** Whether all rows are wanted; if not, those that one read brings. */
  readonly whole: boolean;
  /** Ends the reading before the next block. */
  readonly isOver: () => boolean;
}

/**
 * Reads rows block after block, at once and without being asked for each. What is answered is the first block; undefined
 * stands for no more. A block that cannot be read rejects the promise of its place, so that the failure is met by whoever
 * comes to it, and by nobody else: left alone, it is no unhandled rejection.
 */
export function readAhead(reading: Reading): Promise<ReadBlock | undefined> {
  const read = readBlock(reading);
  read.catch(() => {});
  return read;
}

async function readBlock(reading: Reading): Promise<ReadBlock | undefined> {
  const { open, fields, ranges, wanted, filter, whole, isOver } = reading;
  const [range, ...others] = ranges;
  if (range === undefined || isOver()) return undefined;
  const { from, count, start } = range;
  const isWanted = wanted === undefined ? filter : (row: number) => wanted[row - from + start] === 1;
  const block = await open.read(from, count, fields, isWanted);
  if (block === undefined) return undefined;
  const { rows } = block;
  const left = { from: from + rows, count: count - rows, start: start + rows };
  const rest = whole ? (left.count > 0 ? [left, ...others] : others) : [];
  return { from, start, block, next: readAhead({ ...reading, ranges: rest }) };
}
