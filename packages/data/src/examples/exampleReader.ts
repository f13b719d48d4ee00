import { OptionError, StateError } from '@fluxion/tensor';
import { columnEncoders } from '../encode/columnEncoders.js';
import { ExampleWindow, emptyWindow } from '../order/exampleWindow.js';
import type { OpenSource, Source } from '../sources/source.js';
import { checkColumnOptions } from './checkColumnOptions.js';
import { type CheckedOptions, checkedOptions } from './checkedOptions.js';
import type { Examples, ExamplesOptions } from './examples.js';
import { Minibatch } from './minibatch.js';
import { type ReadBlock, readInTurn } from './readInTurn.js';

/**
 * Reads examples as they are wanted. `next` gives minibatches from the blocks in memory, without waiting; `advance`
 * goes on to the next window of blocks.
 *
 * While the examples of one window are given, the next one is read: that of the order, be it the first of the next
 * epoch, and of a one-way source as far as it goes. Nothing is read beyond it, so that two windows are held at most. What
 * is wrong with it is told by the `advance` that comes to it.
 */
export interface ExampleReader {
  /**
   * Lets go of the window at hand, goes on to the next one and starts to read the one after it; does nothing while `next`
   * has more to give. False after the last epoch, and then the source is closed.
   *
   * @throws {DataError} when the data cannot be used; the source is closed then.
   */
  advance(): Promise<boolean>;
  /** The next minibatch, or undefined when `advance` has to be called first. */
  next(): Examples | undefined;
  /** Closes the source, also while it is being read. It may be called at any time and more than once. */
  close(): Promise<void>;
}

/**
 * Opens a source and finds in it the columns of the examples. An abort closes it.
 *
 * @throws {OptionError} when an option has a value that cannot be used, or the source cannot be gone through so often.
 * @throws {DataError} when the source cannot be opened, or has not these columns.
 * @example
 * const reader = await openExamples(arrowFile('train.arrow'), { input: 'image', target: 'digit', shuffle: true });
 * while (await reader.advance()) {
 *   for (let examples = reader.next(); examples; examples = reader.next()) learn(examples);
 * }
 */
export async function openExamples(
  source: Source,
  options: ExamplesOptions,
  signal?: AbortSignal,
): Promise<ExampleReader> {
  checkColumnOptions(options);
  const checked = checkedOptions(options);
  if (source.once === true && checked.epochs > checked.from.epoch + 1) {
    throw new OptionError(
      `examples epochs: expected 1 for a stream that can be read once, got ${checked.epochs}; give arrowStream a function that opens the stream`,
    );
  }
  const open = await source.open(signal);
  try {
    const { from } = checked;
    if (open.blockCount !== undefined && from.block > 0 && from.block >= open.blockCount) {
      throw new OptionError(
        `examples from.block: expected a block before ${open.blockCount}, got ${from.block}; give the source that the position was taken with`,
      );
    }
    const encoders = await columnEncoders(open, source.name, options, checked);
    signal?.throwIfAborted();
    const minibatch = new Minibatch(
      source.name,
      encoders,
      checked.batchSize,
      typeof options.target === 'string' ? options.target : undefined,
    );
    return new WindowedReader(source, open, minibatch, checked, signal);
  } catch (error) {
    await open.close();
    throw error;
  }
}

class WindowedReader implements ExampleReader {
  readonly #source: Source;
  readonly #options: CheckedOptions;
  readonly #minibatch: Minibatch;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => void this.close();
  /** Absent between the epochs of a one-way source, which is opened anew for each. */
  #open: OpenSource | undefined;
  #isAdvancing = false;
  #closing: Promise<void> | undefined;

  #epoch: number;
  #window = emptyWindow;
  /** The window after it, which is being read. */
  #ahead: Promise<ReadBlock | undefined> | undefined;
  /** Where the window starts in the epoch's order of blocks, and where the next one does. */
  #block: number;
  #nextBlock: number;
  /** Rows of the window that have been given. */
  #row = 0;
  /** The same of the window to be read first. */
  #resumeRow: number;
  #epochIsEmpty: boolean;
  /** Whether an epoch ended, so that a minibatch which is not full has to do. */
  #epochEnded = false;

  constructor(
    source: Source,
    open: OpenSource,
    minibatch: Minibatch,
    options: CheckedOptions,
    signal: AbortSignal | undefined,
  ) {
    const { epoch, block, row } = options.from;
    this.#source = source;
    this.#open = open;
    this.#minibatch = minibatch;
    this.#options = options;
    this.#epoch = epoch;
    this.#block = block;
    this.#nextBlock = block;
    this.#resumeRow = row;
    this.#epochIsEmpty = block === 0 && row === 0;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async advance(): Promise<boolean> {
    if (this.#isAdvancing)
      throw new StateError('advance: expected one call at a time, got a second; await the first');
    if (this.#row < this.#window.rows || this.#epochEnded) return true;
    this.#isAdvancing = true;
    try {
      const hasMore = this.#closing === undefined && (await this.#readWindow());
      if (!hasMore) await this.close();
      this.#signal?.throwIfAborted();
      return hasMore;
    } catch (error) {
      const wasClosed = this.#closing !== undefined;
      await this.close();
      // What a read says that an abort or a close has cut short is of no interest.
      this.#signal?.throwIfAborted();
      if (wasClosed) return false;
      throw error;
    } finally {
      this.#isAdvancing = false;
    }
  }

  next(): Examples | undefined {
    if (this.#closing !== undefined) return undefined;
    this.#row += this.#minibatch.fill(this.#window, this.#row);
    const { filled, batchSize } = this.#minibatch;
    if (filled < batchSize && !(this.#epochEnded && filled > 0)) return undefined;
    this.#epochEnded = false;
    if (this.#row < this.#window.rows) return this.#minibatch.lend(this.#epoch, this.#block, this.#row);
    return this.#nextBlock < blockCountOf(this.#open)
      ? this.#minibatch.lend(this.#epoch, this.#nextBlock, 0)
      : this.#minibatch.lend(this.#epoch + 1, 0, 0);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeSource();
    return this.#closing;
  }

  async #closeSource(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#letGo();
    if (this.#ahead !== undefined) void releaseAll(this.#ahead);
    this.#ahead = undefined;
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  /** Goes on to the next rows there are, or to the end of an epoch that leaves a smaller minibatch. */
  async #readWindow(): Promise<boolean> {
    while (this.#epoch < this.#options.epochs) {
      this.#letGo();
      const window = await this.#takeWindow();
      if (this.#closing !== undefined) return false;
      if (window !== undefined) {
        this.#enter(window);
        if (this.#row < window.rows) return true;
        continue;
      }
      if (this.#epochIsEmpty) return false;
      await this.#endEpoch();
      this.#epochEnded = this.#minibatch.filled > 0;
      if (this.#epochEnded) return true;
    }
    return false;
  }

  /** Takes in the window that starts at the next block, and has the one after it read; undefined at the end of the epoch. */
  async #takeWindow(): Promise<ExampleWindow | undefined> {
    const open = await this.#openSource();
    if (open === undefined) return undefined;
    this.#block = this.#nextBlock;
    this.#nextBlock += this.#options.order.window;
    if (this.#block >= blockCountOf(open)) return undefined;
    const numbers: number[] = [];
    const sizes: number[] = [];
    let next = this.#ahead ?? this.#startReading(open, this.#epoch, this.#block);
    this.#ahead = undefined;
    for (;;) {
      const read = await next;
      this.#signal?.throwIfAborted();
      if (read === undefined || this.#closing !== undefined) break;
      await this.#minibatch.addBlock(read.block, read.number);
      this.#signal?.throwIfAborted();
      if (this.#closing !== undefined) break;
      numbers.push(read.number);
      sizes.push(read.block.rows);
      next = read.next;
    }
    if (numbers.length === 0) return undefined;
    this.#readAhead(open);
    const { order } = this.#options;
    return new ExampleWindow(numbers, sizes, (rows) => order.rows(this.#epoch, this.#block, rows));
  }

  #readAhead(open: OpenSource): void {
    const epochEnds = this.#nextBlock >= blockCountOf(open);
    const epoch = epochEnds ? this.#epoch + 1 : this.#epoch;
    if (epoch >= this.#options.epochs || this.#closing !== undefined) return;
    this.#ahead = this.#startReading(open, epoch, epochEnds ? 0 : this.#nextBlock);
  }

  #startReading(open: OpenSource, epoch: number, from: number): Promise<ReadBlock | undefined> {
    const { order } = this.#options;
    const { blockCount } = open;
    return readInTurn({
      open,
      fields: this.#minibatch.fields,
      numberAt: blockCount === undefined ? (place) => place : order.blocks(epoch, blockCount),
      from,
      to: Math.min(from + order.window, blockCountOf(open)),
      isOver: () => this.#closing !== undefined,
    });
  }

  /** The source, opened anew where an epoch has closed it; undefined when all is closed in the meantime. */
  async #openSource(): Promise<OpenSource | undefined> {
    if (this.#open !== undefined) return this.#open;
    const open = await this.#source.open(this.#signal);
    if (this.#closing === undefined) {
      this.#open = open;
      return open;
    }
    await open.close();
    return undefined;
  }

  #enter(window: ExampleWindow): void {
    this.#expectRow(window.rows);
    this.#window = window;
    this.#row = this.#resumeRow;
    this.#resumeRow = 0;
    this.#epochIsEmpty &&= window.rows === 0;
  }

  #expectRow(rows: number): void {
    if (this.#resumeRow > rows) {
      throw new OptionError(
        `examples from.row: expected at most the ${rows} rows of the window, got ${this.#resumeRow}; give the source and the shuffle that the position was taken with`,
      );
    }
  }

  async #endEpoch(): Promise<void> {
    this.#expectRow(0);
    this.#epoch++;
    this.#block = 0;
    this.#nextBlock = 0;
    this.#epochIsEmpty = true;
    if (this.#open?.blockCount !== undefined) return;
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  #letGo(): void {
    this.#window = emptyWindow;
    this.#row = 0;
    this.#minibatch.clearBlocks();
  }
}

/** Gives back what was read ahead, and is not wanted any more. */
async function releaseAll(ahead: Promise<ReadBlock | undefined>): Promise<void> {
  try {
    for (let read = await ahead; read !== undefined; read = await read.next) read.block.release?.();
  } catch {
    // What could not be read has nothing to give back.
  }
}

/** Number of blocks; a one-way source has as many as come. */
function blockCountOf(open: OpenSource | undefined): number {
  return open?.blockCount ?? Number.POSITIVE_INFINITY;
}
