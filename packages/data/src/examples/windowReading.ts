import { DataError } from '@fluxion/tensor';
import type { RowMask } from '../encode/cells/cellReader.js';
import type { ExampleOrder } from '../order/exampleOrder.js';
import { ExampleWindow, type RangeFilter, type WindowRange, windowRanges } from '../order/exampleWindow.js';
import type { RowFilter } from '../order/holdOut.js';
import { ownRows } from '../order/ownPlaces.js';
import { wantedRanges } from '../order/wantedRanges.js';
import { eventLoopTurn } from '../sources/eventLoopTurn.js';
import { locateRows } from '../sources/locateRows.js';
import type { OpenSource } from '../sources/source.js';
import type { Minibatch } from './minibatch.js';
import { type ReadBlock, readAhead } from './readAhead.js';
import type { WindowStart } from './windowStart.js';

/** Between two rows of a shard's own, so many numbers are read with them, about 64 KB, … */
const NEAR_NUMBERS = 2 ** 14;
/** … and so many rows: of text, each row costs. */
const NEAR_ROWS = 2 ** 8;

/** What windows are read from, and into. */
export interface WindowSource {
  readonly open: OpenSource;
  /** What messages call it. */
  readonly name: string;
  readonly minibatch: Minibatch;
  readonly order: ExampleOrder;
  /** Which rows are examples; all, where it is left out. */
  readonly filter: RowFilter | undefined;
  /** Rows of the source, where they have been counted. */
  readonly rows: number | undefined;
  /** Ends the reading. */
  readonly isOver: () => boolean;
}

/** A window that has been taken into the minibatch. */
export interface TakenWindow {
  readonly window: ExampleWindow;
  /** Whether the source has said that no rows come after it. */
  readonly isLast: boolean;
}

/**
 * Reads a window, from when it is made on.
 *
 * Where its rows are counted, and none of them is left out for what it holds, the window is known before it is read: only what a
 * shard has of it is read, and nothing of a window without examples. Otherwise it is what has been read.
 */
export class WindowReading {
  readonly #source: WindowSource;
  readonly #epoch: number;
  readonly #start: WindowStart;
  readonly #known: ExampleWindow | undefined;
  /** Which of its rows are the shard's, where that is known and not all are. */
  readonly #wanted: RowMask | undefined;
  readonly #ranges: readonly WindowRange[];
  readonly #blocks: Promise<ReadBlock | undefined>;

  constructor(source: WindowSource, epoch: number, start: WindowStart) {
    this.#source = source;
    this.#epoch = epoch;
    this.#start = start;
    const { open, minibatch, order, filter, rows, isOver } = source;
    const all = windowRanges(order.window(epoch, start.step));
    const isKnown = order.mixes && rows !== undefined && !minibatch.mayHaveGaps;
    const known = isKnown ? this.#windowOf(all) : undefined;
    const wanted = known !== undefined && minibatch.isShared ? ownRows(minibatch.shard, known) : undefined;
    const ranges = rangesOf(all, known, wanted, minibatch.width);
    this.#known = known;
    this.#wanted = wanted;
    this.#ranges = ranges;
    this.#blocks = readAhead({
      open,
      fields: minibatch.fields,
      ranges,
      wanted,
      filter,
      whole: order.mixes,
      isOver,
    });
  }

  /**
   * Takes the window into the minibatch; undefined where there is none, or the reading is over.
   *
   * @throws {DataError} when it cannot be read.
   */
  async take(): Promise<TakenWindow | undefined> {
    const { isOver } = this.#source;
    const known = this.#known;
    const blocks: WindowRange[] = [];
    let isLast = false;
    for (let read = await this.#blocks; read !== undefined; read = await read.next) {
      if (isOver()) return undefined;
      const { block, from, start } = read;
      blocks.push({ from, count: block.rows, start });
      await this.#add(read);
      isLast = block.isLast === true;
    }
    // Windows without examples go by without a wait.
    await eventLoopTurn();
    if (isOver()) return undefined;
    this.#expectWhole(blocks);
    if ((known?.rows ?? blocks.length) === 0) return undefined;
    const window = known === undefined ? await this.#windowRead(blocks) : known.withBlocks(blocks);
    return isOver() ? undefined : { window, isLast };
  }

  /** Gives back what has been read, and is not wanted any more. */
  async release(): Promise<void> {
    try {
      for (let read = await this.#blocks; read !== undefined; read = await read.next) read.block.release?.();
    } catch {
      // What could not be read has nothing to give back.
    }
  }

  #add({ block, from, start }: ReadBlock): Promise<void> {
    const { minibatch } = this.#source;
    const wanted = this.#wanted?.subarray(start, start + block.rows);
    return this.#located(from, () =>
      this.#known === undefined && minibatch.isShared
        ? minibatch.addTargets(block)
        : minibatch.addBlock(block, wanted),
    );
  }

  /** The window that these blocks are; of a shard, their inputs are taken in only now that it is known which rows are its own. */
  async #windowRead(blocks: readonly WindowRange[]): Promise<ExampleWindow> {
    const { minibatch } = this.#source;
    const window = this.#windowOf(blocks);
    if (!minibatch.isShared) return window;
    const wanted = ownRows(minibatch.shard, window);
    for (const [i, { from }] of blocks.entries()) {
      if (this.#source.isOver()) break;
      await this.#located(from, () => minibatch.addInputs(window, i, wanted));
    }
    return window;
  }

  #windowOf(ranges: readonly WindowRange[]): ExampleWindow {
    const { step, place } = this.#start;
    return ExampleWindow.of(place, ranges, this.#filterOf(ranges), (examples) =>
      this.#source.order.rows(this.#epoch, step, examples),
    );
  }

  /** Which rows of the ranges are examples; undefined for all. */
  #filterOf(ranges: readonly WindowRange[]): RangeFilter | undefined {
    const { filter, minibatch } = this.#source;
    if (filter === undefined && !minibatch.mayHaveGaps) return undefined;
    return (range, row) =>
      (filter === undefined || filter((ranges[range] as WindowRange).from + row)) &&
      !minibatch.isGap(range, row);
  }

  #located(from: number, look: () => Promise<void>): Promise<void> {
    return locateRows(this.#source.open, this.#source.name, from, look);
  }

  /** @throws {DataError} when rows are missing that the source has counted. */
  #expectWhole(blocks: readonly WindowRange[]): void {
    const { rows, order, name } = this.#source;
    if (rows === undefined || !order.mixes || rowsIn(blocks) === rowsIn(this.#ranges)) return;
    throw new DataError(
      `expected ${rows} rows, got fewer: the data has become shorter while it was read; leave it alone meanwhile`,
      { file: name },
    );
  }
}

/** What is read of a window. */
function rangesOf(
  all: readonly WindowRange[],
  known: ExampleWindow | undefined,
  wanted: RowMask | undefined,
  width: number,
): readonly WindowRange[] {
  if (known?.examples === 0) return [];
  if (known === undefined || wanted === undefined) return all;
  return wantedRanges(known, wanted, Math.min(NEAR_ROWS, Math.floor(NEAR_NUMBERS / width)));
}

function rowsIn(ranges: readonly WindowRange[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}
