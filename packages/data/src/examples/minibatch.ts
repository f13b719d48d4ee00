import type { DataPlace, Labels, Tensor } from '@fluxion/tensor';
import type { RowMask } from '../encode/cells/cellReader.js';
import type { MinibatchColumn } from '../encode/minibatchColumn.js';
import type { MinibatchColumns } from '../encode/minibatchColumns.js';
import { type ExampleWindow, emptyWindow } from '../order/exampleWindow.js';
import { firstOwn, lastOwn } from '../order/ownPlaces.js';
import type { Position } from '../order/position.js';
import type { Shard } from '../order/shard.js';
import type { Block } from '../sources/source.js';
import type { Examples, Lease } from './examples.js';
import { LentExamples, MinibatchLease, type Tensors } from './lentExamples.js';

/** The minibatch that is being filled and lent, over and over in the same memory. */
export class Minibatch {
  readonly batchSize: number;
  /** Places in the schema of the columns that `addBlock` wants, in this order. */
  readonly fields: readonly number[];
  readonly targetColumn: string | undefined;
  readonly #place: (row: number) => DataPlace;
  readonly #groups: MinibatchColumns;
  readonly #encoders: readonly BoundEncoder[];
  readonly #full: Tensors;
  /** Blocks of the window whose memory the encoders read from. */
  readonly #kept: Block[] = [];
  /** Of each example: the block in the window and the row in it, and the row's number in the source. */
  readonly #blocks: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #numbers: Float64Array;
  /** Examples of all shards that are one minibatch. */
  readonly whole: number;
  /** Which of them it takes. */
  readonly shard: Shard;
  #filled = 0;
  /** Of the first example, counted over all shards. */
  #first = 0;
  /** Examples of all shards that have gone by. */
  #taken = 0;
  /** Whether it holds none but one of another shard. */
  #isBorrowed = false;
  #lease: Lease | undefined;
  /** Of the first example: the window, and its place in the window's order. */
  #window: ExampleWindow = emptyWindow;
  #from = 0;
  /** Of each example that is shown before its turn: the block in the window and the row in it. */
  #aheadBlocks = new Uint32Array();
  #aheadRows = new Uint32Array();

  /** @param place where a row of the source is, for errors */
  constructor(
    groups: MinibatchColumns,
    batchSize: number,
    place: (row: number) => DataPlace,
    targetColumn: string | undefined,
    shard: Shard = { rank: 0, size: 1 },
  ) {
    this.batchSize = batchSize;
    this.whole = shard.total ?? batchSize * shard.size;
    this.shard = shard;
    this.#groups = groups;
    this.#place = place;
    this.targetColumn = targetColumn;
    const encoders = [...groups.inputs, ...groups.targets, ...(groups.weights ? [groups.weights] : [])];
    this.fields = [...new Set(encoders.flatMap(({ fields }) => fields))];
    const places = new Map(this.fields.map((field, i) => [field, i]));
    this.#encoders = encoders.map((encoder) => ({
      encoder,
      isInput: groups.inputs.includes(encoder),
      columns: encoder.fields.map((field) => places.get(field) as number),
    }));
    this.#full = this.#tensors(batchSize);
    this.#blocks = new Uint32Array(batchSize);
    this.#rows = new Uint32Array(batchSize);
    this.#numbers = new Float64Array(batchSize);
  }

  /** Numbers in one example, inputs and targets. */
  get width(): number {
    const tensors = [...Object.values(this.#full.inputs), ...Object.values(this.#full.targets)];
    return tensors.reduce((sum, { size }) => sum + size, 0) / this.batchSize;
  }

  /** Number of examples in it so far, those of the other shards included. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether other shards have examples of the source. */
  get isShared(): boolean {
    return this.shard.size > 1;
  }

  /** Whether rows may be left out, since they have no target. */
  get mayHaveGaps(): boolean {
    return this.#encoders.some(({ encoder }) => encoder.isGap !== undefined);
  }

  /** Whether a row of the window's block is to be left out. */
  isGap(block: number, row: number): boolean {
    return this.#encoders.some(({ encoder }) => encoder.isGap?.(block, row) === true);
  }

  /** Lets go of the window's blocks. Examples taken from them stay. */
  clearBlocks(): void {
    for (const { encoder } of this.#encoders) encoder.clear();
    for (const block of this.#kept) block.release?.();
    this.#window = emptyWindow;
    this.#kept.length = 0;
  }

  /**
   * Takes in the next block of a window.
   *
   * @param wanted rows that may be taken; all, where it is left out
   * @throws {DataError} with the block's row and the column, when a value cannot be used.
   */
  async addBlock(block: Block, wanted?: RowMask): Promise<void> {
    await addTo(this.#encoders, block, wanted);
    if (this.#encoders.some(({ encoder }) => encoder.keepsBlocks)) this.#kept.push(block);
    else block.release?.();
  }

  /**
   * Takes in of the next block of a window only what tells which rows are examples. `addInputs` takes in the rest.
   *
   * @throws {DataError} with the block's row and the column, when a value cannot be used.
   */
  async addTargets(block: Block): Promise<void> {
    await addTo(
      this.#encoders.filter(({ isInput }) => !isInput),
      block,
    );
    this.#kept.push(block);
  }

  /**
   * Takes in the inputs of a block whose targets have been taken in.
   *
   * @param block its place in the window
   * @param wanted rows of the whole window that may be taken
   * @throws {DataError} with the block's row and the column, when a value cannot be used.
   */
  async addInputs(window: ExampleWindow, block: number, wanted: RowMask): Promise<void> {
    const kept = this.#kept[block] as Block;
    const start = window.starts[block] as number;
    const inputs = this.#encoders.filter(({ isInput }) => isInput);
    await addTo(inputs, kept, wanted.subarray(start, start + kept.rows));
  }

  /**
   * Lets examples go by, from a place in the window's order on, until it is full or the window ends, and takes those of its
   * shard. Returns how many went by.
   */
  fill(window: ExampleWindow, place: number): number {
    const taken = this.#taken;
    const count = Math.min(this.whole - taken, window.examples - place);
    if (count === 0) return 0;
    this.#lease = undefined;
    if (taken === 0) this.#isBorrowed = false;
    const own = firstOwn(this.shard, window, place);
    if (own < place + count) {
      if (this.#filled === 0) this.#first = taken + own - place;
      this.#gather(window, own, Math.ceil((place + count - own) / this.shard.size));
      this.#isBorrowed = false;
    } else if (this.#filled === 0 && place + count === window.examples) {
      // Should the epoch end with this window, there is none of its own left.
      this.#gather(window, lastOwn(this.shard, window), 1);
      this.#filled = 0;
      this.#isBorrowed = true;
    }
    this.#taken = taken + count;
    return count;
  }

  #gather(window: ExampleWindow, place: number, count: number): void {
    const from = this.#filled;
    if (from === 0) {
      this.#window = window;
      this.#from = place;
    }
    this.#filled = from + count;
    for (let i = from, at = place; i < this.#filled; i++, at += this.shard.size) {
      findRow(window, at, i, this.#blocks, this.#rows);
      this.#numbers[i] = (window.froms[this.#blocks[i] as number] as number) + (this.#rows[i] as number);
    }
    for (const { encoder } of this.#encoders) encoder.gather(this.#blocks, this.#rows, from, this.#filled);
  }

  /**
   * Lends the examples that it holds, and starts over.
   *
   * @param number of the first example, all shards'
   * @param position where to go on after them
   */
  lend(number: number, position: Position): Examples {
    const size = this.#isBorrowed ? 1 : this.#filled;
    const own = number + this.#first;
    const total = this.#taken;
    this.#filled = 0;
    this.#taken = 0;
    for (const { encoder } of this.#encoders) encoder.encode?.(size);
    const tensors = size === this.batchSize ? this.#full : this.#tensors(size);
    const lease = new MinibatchLease(this);
    this.#lease = lease;
    return new LentExamples(
      this,
      size,
      total,
      tensors,
      own,
      this.shard.size,
      position,
      lease,
      this.#isBorrowed,
    );
  }

  /** Whether a lease is that of the examples which the tensors hold. */
  holds(lease: Lease): boolean {
    return this.#lease === lease;
  }

  /**
   * An input of the examples lent last and of those after them in the window, up to so many in all; undefined where it goes by
   * what came before, or is one of indices.
   */
  ahead(input: string, examples: number): Tensor | undefined {
    const encoder = this.#groups.inputs.find(({ name }) => name === input);
    const left = Math.ceil((this.#window.examples - this.#from) / this.shard.size);
    const count = Math.min(examples, left);
    if (encoder?.peek === undefined || count < 1 || this.#isBorrowed) return undefined;
    if (this.#aheadRows.length < count) {
      this.#aheadBlocks = new Uint32Array(count);
      this.#aheadRows = new Uint32Array(count);
    }
    for (let i = 0, at = this.#from; i < count; i++, at += this.shard.size) {
      findRow(this.#window, at, i, this.#aheadBlocks, this.#aheadRows);
    }
    return encoder.peek(this.#aheadBlocks, this.#aheadRows, count);
  }

  /** Where one of the examples lent last came from. */
  locate(index: number): DataPlace {
    return this.#place(this.#numbers[index] as number);
  }

  #tensors(size: number): Tensors {
    return {
      inputs: Object.fromEntries(this.#groups.inputs.map(({ name, lend }) => [name, lend(size)])),
      targets: Object.fromEntries(
        this.#groups.targets.map(({ name, lend }) => [name, lend(size) as Tensor | Labels]),
      ),
      weights: this.#groups.weights?.lend(size) as Tensor | undefined,
    };
  }
}

/** Writes to place i which of the window's blocks has the example at a place of its order, and in which row. */
function findRow(
  window: ExampleWindow,
  place: number,
  i: number,
  blocks: Uint32Array,
  rows: Uint32Array,
): void {
  const windowRow = window.rowAt(place);
  const block = window.rangeOf(windowRow);
  blocks[i] = block;
  rows[i] = windowRow - (window.starts[block] as number);
}

/** An encoder, and where in a block its columns are. */
interface BoundEncoder {
  readonly encoder: MinibatchColumn;
  readonly isInput: boolean;
  readonly columns: readonly number[];
}

async function addTo(encoders: readonly BoundEncoder[], block: Block, wanted?: RowMask): Promise<void> {
  for (const { encoder, columns } of encoders) {
    const data = columns.flatMap((column) => block.columns[column] ?? []);
    await encoder.add(data, {}, wanted);
  }
}
