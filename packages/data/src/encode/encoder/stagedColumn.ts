import type { DataPlace, Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { CellArray, CellReader, RowMask } from '../cells/cellReader.js';
import type { ColumnState } from '../encodings/encoding.js';

/** A column of a table as it is encoded. */
export interface EncodedColumn {
  readonly column: string;
  readonly reader: CellReader<unknown>;
  readonly state: ColumnState;
}

/**
 * A column's cells, of the blocks in the window and of the minibatch. They stay as they came until the minibatch is lent:
 * only then are they encoded, and online counted in, example by example. So what is known of the data never runs ahead of
 * the examples that were given.
 */
export class StagedColumn {
  readonly name: string;
  readonly #blocks: ArrayLike<unknown>[] = [];
  readonly #reader: CellReader<unknown>;
  readonly #state: ColumnState;
  readonly #cells: CellArray<unknown>;
  readonly #online: boolean;

  /** @param online whether each cell is counted in after it has been encoded */
  constructor({ column, reader, state }: EncodedColumn, batchSize: number, online: boolean) {
    this.name = column;
    this.#reader = reader;
    this.#state = state;
    this.#cells = reader.room(batchSize);
    this.#online = online;
  }

  /** Numbers that a cell becomes. */
  get width(): number {
    return this.#state.width;
  }

  /** Lets go of all blocks. */
  clear(): void {
    this.#blocks.length = 0;
  }

  async add(data: Data, place: DataPlace, wanted: RowMask | undefined): Promise<void> {
    this.#blocks.push(await this.#reader.ofColumn(data, { ...place, column: this.name }, wanted));
  }

  gather(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#cells[i] = this.#cellAt(blocks[i] as number, rows[i] as number);
  }

  #cellAt(block: number, row: number): unknown {
    return (this.#blocks[block] as ArrayLike<unknown>)[row];
  }

  /** Takes example i of the minibatch from a plain object. */
  take(i: number, row: Readonly<Record<string, unknown>>, place: DataPlace): void {
    this.#cells[i] = this.#reader.ofValue(row[this.name], { ...place, column: this.name });
  }

  /** Writes the numbers of example i from out[start + i · stride] on. */
  encode(size: number, out: Floats, start: number, stride: number): void {
    for (let i = 0, at = start; i < size; i++, at += stride) {
      this.#state.encode(this.#cells[i], out, at);
      if (this.#online) this.#state.see(this.#cells[i]);
    }
  }

  /** Writes the numbers of rows of the window that are not staged, row i from out[start + i · stride] on, and counts none in. */
  encodeRows(
    blocks: Uint32Array,
    rows: Uint32Array,
    from: number,
    to: number,
    out: Floats,
    start: number,
    stride: number,
  ): void {
    for (let i = from; i < to; i++) {
      this.#state.encode(this.#cellAt(blocks[i] as number, rows[i] as number), out, start + i * stride);
    }
  }

  /** Writes the indices of example i from out[i · width] on. */
  encodeIndices(size: number, out: Int32Array): void {
    const { width } = this;
    for (let i = 0; i < size; i++) {
      this.#state.encode(this.#cells[i], out, i * width);
      if (this.#online) this.#state.see(this.#cells[i]);
    }
  }

  /**
   * Writes which numbers of example i are not zero, and what they are, from place start + i · stride on.
   *
   * @param room how many there are at most; the others' index is −1
   * @param first the index of the column's first number
   */
  encodeEntries(
    size: number,
    indices: Int32Array,
    weights: Floats,
    start: number,
    stride: number,
    room: number,
    first: number,
  ): void {
    for (let i = 0, at = start; i < size; i++, at += stride) {
      const entries = this.#state.entries?.(this.#cells[i]);
      const count = Math.min(room, entries?.slots.length ?? 0);
      for (let j = 0; j < room; j++) {
        indices[at + j] = j < count ? first + (entries?.slots[j] as number) : -1;
        weights[at + j] = j < count ? (entries?.weights[j] as number) : 0;
      }
      if (this.#online) this.#state.see(this.#cells[i]);
    }
  }
}
