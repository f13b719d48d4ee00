import type { Floats, Tensor } from '@fluxion/tensor';
import { copyFloats } from './copyFloats.js';

/** Memory that rows are encoded to, and lent from. */
export interface RowBuffer {
  readonly numbers: Floats;
  /** Encodes rows to places `from` to `to`: row rows[i] of the window's block blocks[i] to place i. */
  gather(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void;
  /** The first `size` rows. */
  lend(size: number): Tensor;
}

/** Rows that are encoded before their turn. When it comes, their numbers are taken from here, so that none is encoded twice. */
export class RowsAhead {
  readonly #width: number;
  readonly #makeBuffer: (examples: number) => RowBuffer;
  #buffer: RowBuffer | undefined;
  #blocks = new Uint32Array();
  #rows = new Uint32Array();
  /** Rows that are encoded, from the one of the example at hand on or before, and which of them is that. */
  #count = 0;
  #at = 0;

  /**
   * @param width numbers of a row
   * @param makeBuffer memory for so many rows, which is replaced where more are asked for
   */
  constructor(width: number, makeBuffer: (examples: number) => RowBuffer) {
    this.#width = width;
    this.#makeBuffer = makeBuffer;
  }

  /** The numbers of the example at hand and of those after it, [count, ...shape]; lent until the next call. */
  peek(blocks: Uint32Array, rows: Uint32Array, count: number): Tensor {
    let known = 0;
    while (known < count && this.#isAt(this.#at + known, blocks[known], rows[known])) known++;
    const buffer = this.#bufferFor(count);
    const start = this.#at * this.#width;
    buffer.numbers.copyWithin(0, start, start + known * this.#width);
    buffer.gather(blocks, rows, known, count);
    for (let i = 0; i < count; i++) {
      this.#blocks[i] = blocks[i] as number;
      this.#rows[i] = rows[i] as number;
    }
    this.#count = count;
    this.#at = 0;
    return buffer.lend(count);
  }

  /** Goes on to the next example, and writes its numbers where they are known. */
  take(block: number, row: number, out: Floats): boolean {
    const next = this.#at + 1;
    if (this.#buffer === undefined || !this.#isAt(next, block, row)) {
      this.clear();
      return false;
    }
    this.#at = next;
    copyFloats(this.#buffer.numbers, next * this.#width, out, 0, this.#width);
    return true;
  }

  /** Forgets all rows. */
  clear(): void {
    this.#count = 0;
  }

  #isAt(place: number, block: number | undefined, row: number | undefined): boolean {
    return place < this.#count && this.#blocks[place] === block && this.#rows[place] === row;
  }

  #bufferFor(count: number): RowBuffer {
    const before = this.#buffer;
    if (before !== undefined && this.#rows.length >= count) return before;
    const buffer = this.#makeBuffer(count);
    if (before !== undefined) buffer.numbers.set(before.numbers);
    const [blocks, rows] = [this.#blocks, this.#rows];
    this.#blocks = new Uint32Array(count);
    this.#rows = new Uint32Array(count);
    this.#blocks.set(blocks);
    this.#rows.set(rows);
    this.#buffer = buffer;
    return buffer;
  }
}
