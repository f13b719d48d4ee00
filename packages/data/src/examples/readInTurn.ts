import type { NumberAt } from '../order/exampleOrder.js';
import type { Block, OpenSource } from '../sources/source.js';

/** A block that has been read. The reading goes on by itself: `next` is the block after it, when that has been read. */
export interface ReadBlock {
  readonly number: number;
  readonly block: Block;
  readonly next: Promise<ReadBlock | undefined>;
}

/** Which blocks of a source to read: those at places `from` to `to` of an order. */
export interface BlockReading {
  readonly open: OpenSource;
  /** Places in the schema of the columns to be read. */
  readonly fields: readonly number[];
  readonly numberAt: NumberAt;
  readonly from: number;
  readonly to: number;
  /** Ends the reading before the next block. */
  readonly isOver: () => boolean;
}

/**
 * Reads blocks one after the other, at once and without being asked for each. What is answered is the first; undefined
 * stands for no more. A block that cannot be read rejects the promise of its place, so that the failure is met by whoever
 * comes to it, and by nobody else: left alone, it is no unhandled rejection.
 */
export function readInTurn(reading: BlockReading): Promise<ReadBlock | undefined> {
  const read = readBlock(reading);
  read.catch(() => {});
  return read;
}

async function readBlock(reading: BlockReading): Promise<ReadBlock | undefined> {
  const { open, fields, numberAt, from, to, isOver } = reading;
  if (from >= to || isOver()) return undefined;
  const number = numberAt(from);
  const block = await open.read(number, fields);
  if (block === undefined) return undefined;
  return { number, block, next: readInTurn({ ...reading, from: from + 1 }) };
}
