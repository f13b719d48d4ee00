import type { DType, Floats, Tensor } from '@fluxion/tensor';
import { copyFloats } from '../copyFloats.js';
import { lender } from '../lender.js';
import { minibatchFloats } from '../minibatchFloats.js';

/** Writes the numbers of rows `from` to `to` to their places in `out`: row i is row rows[i] of the window's block blocks[i]. */
type EncodeRows = (blocks: Uint32Array, rows: Uint32Array, from: number, to: number, out: Floats) => void;

/** Rows that are encoded before their turn. When it comes, their numbers are taken from here, so that none is encoded twice. */
export class RowsAhead {
  readonly #dtype: DType;
  readonly #width: number;
  readonly #encode: EncodeRows;
  #blocks = new Uint32Array();
  #rows = new Uint32Array();
  #numbers: Floats;
  #lend: (size: number) => Tensor;
  /** Rows that are encoded, from the one of the example at hand on or before, and which of them is that. */
  #count = 0;
  #at = 0;

  /** @param width numbers of a row */
  constructor(dtype: DType, width: number, encode: EncodeRows) {
    this.#dtype = dtype;
    this.#width = width;
    this.#encode = encode;
    this.#numbers = minibatchFloats(dtype, 0, width);
    this.#lend = this.#lender(0);
  }

  /** The numbers of the example at hand and of those after it, [count, width]; lent until the next call. */
  peek(blocks: Uint32Array, rows: Uint32Array, count: number): Tensor {
    let known = 0;
    while (known < count && this.#isAt(this.#at + known, blocks[known], rows[known])) known++;
    if (this.#rows.length < count) this.#grow(count);
    const start = this.#at * this.#width;
    this.#numbers.copyWithin(0, start, start + known * this.#width);
    this.#encode(blocks, rows, known, count, this.#numbers);
    for (let i = 0; i < count; i++) {
      this.#blocks[i] = blocks[i] as number;
      this.#rows[i] = rows[i] as number;
    }
    this.#count = count;
    this.#at = 0;
    return this.#lend(count);
  }

  /** Goes on to the next example, and writes its numbers where they are known. */
  take(block: number, row: number, out: Floats): boolean {
    const next = this.#at + 1;
    if (!this.#isAt(next, block, row)) {
      this.clear();
      return false;
    }
    this.#at = next;
    copyFloats(this.#numbers, next * this.#width, out, 0, this.#width);
    return true;
  }

  /** Forgets all rows. */
  clear(): void {
    this.#count = 0;
  }

  #isAt(place: number, block: number | undefined, row: number | undefined): boolean {
    return place < this.#count && this.#blocks[place] === block && this.#rows[place] === row;
  }

  #grow(count: number): void {
    const [blocks, rows, numbers] = [this.#blocks, this.#rows, this.#numbers];
    this.#blocks = new Uint32Array(count);
    this.#rows = new Uint32Array(count);
    this.#numbers = minibatchFloats(this.#dtype, count, this.#width);
    this.#lend = this.#lender(count);
    this.#blocks.set(blocks);
    this.#rows.set(rows);
    this.#numbers.set(numbers);
  }

  #lender(count: number): (size: number) => Tensor {
    return lender(this.#numbers, count, { shape: [this.#width], width: this.#width });
  }
}
