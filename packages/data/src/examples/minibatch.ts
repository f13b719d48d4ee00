import type { DataPlace, Labels, Tensor } from '@fluxion/tensor';
import type { ColumnEncoder } from '../encode/columnEncoder.js';
import type { ColumnEncoders } from '../encode/columnEncoders.js';
import type { ExampleWindow } from '../order/exampleWindow.js';
import type { Position } from '../order/position.js';
import type { Block } from '../sources/source.js';
import type { Examples } from './examples.js';

type Tensors = Pick<Examples, 'inputs' | 'targets'>;

/** The minibatch that is being filled and lent, over and over in the same memory. */
export class Minibatch {
  readonly batchSize: number;
  /** Places in the schema of the columns that `add` wants, in this order. */
  readonly fields: readonly number[];
  readonly targetColumn: string | undefined;
  readonly #file: string;
  readonly #groups: ColumnEncoders;
  readonly #encoders: readonly { readonly encoder: ColumnEncoder; readonly columns: readonly number[] }[];
  readonly #full: Tensors;
  /** Blocks of the window whose memory the encoders read from. */
  readonly #kept: Block[] = [];
  /** Of each example: the block in the window and the row in it, and the block's number in the source. */
  readonly #blocks: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #numbers: Uint32Array;
  #filled = 0;
  #lent: Examples | undefined;

  constructor(file: string, groups: ColumnEncoders, batchSize: number, targetColumn?: string) {
    this.targetColumn = targetColumn;
    const encoders = [...groups.inputs, ...groups.targets];
    this.batchSize = batchSize;
    this.fields = [...new Set(encoders.flatMap(({ fields }) => fields))];
    this.#file = file;
    this.#groups = groups;
    this.#encoders = encoders.map((encoder) => ({
      encoder,
      columns: encoder.fields.map((field) => this.fields.indexOf(field)),
    }));
    this.#full = this.#tensors(batchSize);
    this.#blocks = new Uint32Array(batchSize);
    this.#rows = new Uint32Array(batchSize);
    this.#numbers = new Uint32Array(batchSize);
  }

  /** Number of examples in it so far. */
  get filled(): number {
    return this.#filled;
  }

  /** Lets go of the window's blocks. Examples taken from them stay. */
  clearBlocks(): void {
    for (const { encoder } of this.#encoders) encoder.clear();
    for (const block of this.#kept) block.release?.();
    this.#kept.length = 0;
  }

  /**
   * Takes in the next block of a window.
   *
   * @throws {DataError} with row and column, when a value cannot be used.
   */
  async addBlock(block: Block, number: number): Promise<void> {
    const place = { file: this.#file, block: number };
    for (const { encoder, columns } of this.#encoders) {
      await encoder.add(
        columns.flatMap((column) => block.columns[column] ?? []),
        place,
      );
    }
    if (this.#encoders.some(({ encoder }) => encoder.keepsBlocks)) this.#kept.push(block);
    else block.release?.();
  }

  /** Takes rows, from a place in the window's order on, until it is full or the window ends. Returns how many. */
  fill(window: ExampleWindow, row: number): number {
    const from = this.#filled;
    const count = Math.min(this.batchSize - from, window.rows - row);
    if (count === 0) return 0;
    this.#lent = undefined;
    for (let i = 0; i < count; i++) {
      const windowRow = window.rowAt(row + i);
      const block = window.blockOf(windowRow);
      this.#blocks[from + i] = block;
      this.#rows[from + i] = windowRow - (window.starts[block] as number);
      this.#numbers[from + i] = window.numbers[block] as number;
    }
    this.#filled = from + count;
    for (const { encoder } of this.#encoders) encoder.gather(this.#blocks, this.#rows, from, this.#filled);
    return count;
  }

  /** Lends the examples that it holds, and starts anew. */
  lend(epoch: number, block: number, row: number): Examples {
    const size = this.#filled;
    this.#filled = 0;
    const tensors = size === this.batchSize ? this.#full : this.#tensors(size);
    this.#lent = new LentExamples(this, size, tensors, epoch, block, row);
    return this.#lent;
  }

  /** Whether these are the examples that the tensors hold. */
  holds(examples: Examples): boolean {
    return this.#lent === examples;
  }

  /** Where one of the examples lent last came from. */
  locate(index: number): DataPlace {
    return { file: this.#file, block: this.#numbers[index], row: this.#rows[index] };
  }

  #tensors(size: number): Tensors {
    return {
      inputs: Object.fromEntries(this.#groups.inputs.map(({ name, lend }) => [name, lend(size) as Tensor])),
      targets: Object.fromEntries(
        this.#groups.targets.map(({ name, lend }) => [name, lend(size) as Tensor | Labels]),
      ),
    };
  }
}

/** One object for each minibatch; its position is written out only when it is asked for. */
class LentExamples implements Examples {
  readonly size: number;
  readonly inputs: Examples['inputs'];
  readonly targets: Examples['targets'];
  readonly #minibatch: Minibatch;
  readonly #epoch: number;
  readonly #block: number;
  readonly #row: number;

  constructor(
    minibatch: Minibatch,
    size: number,
    tensors: Tensors,
    epoch: number,
    block: number,
    row: number,
  ) {
    this.size = size;
    this.inputs = tensors.inputs;
    this.targets = tensors.targets;
    this.#minibatch = minibatch;
    this.#epoch = epoch;
    this.#block = block;
    this.#row = row;
  }

  get targetColumn(): string | undefined {
    return this.#minibatch.targetColumn;
  }

  get stale(): boolean {
    return !this.#minibatch.holds(this);
  }

  get position(): Position {
    return { epoch: this.#epoch, block: this.#block, row: this.#row };
  }

  locate(index: number): DataPlace {
    return this.#minibatch.locate(index);
  }
}
