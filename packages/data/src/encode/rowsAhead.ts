import type { Floats, Tensor } from '@fluxion/tensor';

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
  /** The numbers of each row of the buffer. */
  #views: readonly Floats[] = [];
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

  /** Encodes rows to `out`. Where that is of one example, and its numbers are known, they are taken from here. */
  gather(out: RowBuffer, blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void {
    const isOfOne = out.numbers.length === this.#width;
    if (isOfOne && this.take(blocks[0] as number, rows[0] as number, out.numbers)) return;
    out.gather(blocks, rows, from, to);
  }

  /** Goes on to the next example, and writes its numbers where they are known. */
  take(block: number, row: number, out: Floats): boolean {
    const next = this.#at + 1;
    if (!this.#isAt(next, block, row)) {
      this.clear();
      return false;
    }
    this.#at = next;
    out.set(this.#views[next] as Floats);
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
    this.#views = Array.from({ length: count }, (_, i) =>
      buffer.numbers.subarray(i * this.#width, (i + 1) * this.#width),
    );
    this.#buffer = buffer;
    return buffer;
  }
}
