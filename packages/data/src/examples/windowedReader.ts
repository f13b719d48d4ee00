import { StateError } from '@fluxion/tensor';
import type { ExampleOrder } from '../order/exampleOrder.js';
import { type ExampleWindow, emptyWindow } from '../order/exampleWindow.js';
import type { Position } from '../order/position.js';
import type { OpenSource, Source } from '../sources/source.js';
import type { CheckedOptions } from './checkedOptions.js';
import type { ExampleReader } from './exampleReader.js';
import type { Examples } from './examples.js';
import type { Minibatch } from './minibatch.js';
import { WindowReading } from './windowReading.js';
import { beyond, type WindowStart } from './windowStart.js';

/** Reads window by window in an order, from a source that is open. */
export class WindowedReader implements ExampleReader {
  readonly #source: Source;
  readonly #options: CheckedOptions;
  readonly #order: ExampleOrder;
  readonly #minibatch: Minibatch;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => void this.close();
  /** Absent between the epochs of a one-way source, which is opened again for each. */
  #open: OpenSource | undefined;
  /** Rows of the source, where they have been counted. */
  readonly #rows: number | undefined;
  #isAdvancing = false;
  #closing: Promise<void> | undefined;

  #epoch: number;
  #window = emptyWindow;
  /** Whether the epoch ends with the window taken last. */
  #isLast = false;
  /** The window after it, which is being read. */
  #ahead: WindowReading | undefined;
  /** Where the window starts in the epoch, and where the next one does. */
  #start: WindowStart;
  #next: WindowStart;
  /** Examples of the window that have been given. */
  #given = 0;
  /** Examples from `#next` on that were given before the position to go on from. */
  #skip: number;
  #epochIsEmpty: boolean;
  /** Whether an epoch ended, so that a minibatch which is not full has to do. */
  #epochEnded = false;
  /** Number of the first example in the minibatch. */
  #number = 0;

  constructor(
    source: Source,
    open: OpenSource,
    minibatch: Minibatch,
    order: ExampleOrder,
    rows: number | undefined,
    start: WindowStart,
    options: CheckedOptions,
    signal: AbortSignal | undefined,
  ) {
    const { epoch, row } = options.from;
    this.#source = source;
    this.#open = open;
    this.#minibatch = minibatch;
    this.#order = order;
    this.#rows = rows;
    this.#options = options;
    this.#epoch = epoch;
    this.#start = start;
    this.#next = start;
    this.#skip = row - start.place;
    this.#epochIsEmpty = row === 0;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async advance(): Promise<boolean> {
    if (this.#isAdvancing)
      throw new StateError('advance: expected one call at a time, got a second; await the first');
    if (this.#given < this.#window.examples || this.#epochEnded) return true;
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
    const minibatch = this.#minibatch;
    if (minibatch.taken === 0) this.#number = this.#epoch * EPOCH + this.#start.place + this.#given;
    this.#given += minibatch.fill(this.#window, this.#given);
    const { taken, whole } = minibatch;
    if (taken < whole && !(this.#epochEnded && taken > 0)) return undefined;
    this.#epochEnded = false;
    return minibatch.lend(this.#number, this.#position());
  }

  #position(): Position {
    const ended = this.#isLast && this.#given === this.#window.examples;
    return ended
      ? { epoch: this.#epoch + 1, row: 0 }
      : { epoch: this.#epoch, row: this.#start.place + this.#given };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeSource();
    return this.#closing;
  }

  async #closeSource(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#letGo();
    void this.#ahead?.release();
    this.#ahead = undefined;
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  /** Goes on to the next examples there are, or to the end of an epoch that leaves a smaller minibatch. */
  async #readWindow(): Promise<boolean> {
    while (this.#epoch < this.#options.epochs) {
      this.#letGo();
      const window = await this.#takeWindow();
      if (this.#closing !== undefined) return false;
      if (window !== undefined) {
        this.#enter(window);
        if (this.#given < window.examples) return true;
        continue;
      }
      if (this.#epochIsEmpty) return false;
      await this.#endEpoch();
      this.#epochEnded = this.#minibatch.taken > 0;
      if (this.#epochEnded) return true;
    }
    return false;
  }

  /** Takes in the next window, and has the one after it read; undefined at the end of the epoch. */
  async #takeWindow(): Promise<ExampleWindow | undefined> {
    const open = await this.#openSource();
    if (open === undefined || this.#isLast) return undefined;
    this.#start = this.#next;
    const reading = this.#ahead ?? this.#startReading(open, this.#epoch, this.#start);
    this.#ahead = undefined;
    const taken = await reading.take();
    if (taken === undefined) return undefined;
    const { window, isLast } = taken;
    this.#next = { step: this.#start.step + window.rows, place: this.#start.place + window.examples };
    this.#isLast = this.#rows === undefined ? isLast : this.#next.step === this.#rows;
    this.#readAhead(open);
    return window;
  }

  #readAhead(open: OpenSource): void {
    const epoch = this.#isLast ? this.#epoch + 1 : this.#epoch;
    if (epoch >= this.#options.epochs || this.#closing !== undefined) return;
    // A one-way source is opened again for the next epoch.
    if (this.#isLast && open.countRows === undefined) return;
    this.#ahead = this.#startReading(open, epoch, this.#isLast ? FIRST : this.#next);
  }

  #startReading(open: OpenSource, epoch: number, start: WindowStart): WindowReading {
    const source = {
      open,
      name: this.#source.name,
      minibatch: this.#minibatch,
      order: this.#order,
      filter: this.#options.rows,
      rows: this.#rows,
      isOver: () => this.#closing !== undefined,
    };
    return new WindowReading(source, epoch, start);
  }

  /** The source, opened again where an epoch has closed it; undefined when all is closed in the meantime. */
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
    this.#window = window;
    this.#given = Math.min(this.#skip, window.examples);
    this.#skip -= this.#given;
    this.#epochIsEmpty &&= window.examples === 0;
  }

  async #endEpoch(): Promise<void> {
    if (this.#skip > 0) {
      throw beyond(this.#options.from.row, this.#next.place);
    }
    this.#isLast = false;
    this.#epoch++;
    this.#start = FIRST;
    this.#next = FIRST;
    this.#epochIsEmpty = true;
    if (this.#open?.countRows !== undefined) return;
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  #letGo(): void {
    this.#window = emptyWindow;
    this.#given = 0;
    this.#minibatch.clearBlocks();
  }
}

/** Numbers of examples leave so much room for each epoch. */
const EPOCH = 2 ** 32;

const FIRST: WindowStart = { step: 0, place: 0 };
