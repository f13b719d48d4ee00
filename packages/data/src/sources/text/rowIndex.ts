/** A row and where it starts. */
export interface RowMark {
  readonly row: number;
  /** Bytes before it. */
  readonly offset: number;
  /** Lines before it. */
  readonly line: number;
}

/** Where some of the rows of a text start, so that any other can be reached from one shortly before it. */
export class RowIndex {
  #numbers: Float64Array;
  #count: number;

  /** @param marks those of another index */
  constructor(marks: Float64Array = new Float64Array(0)) {
    this.#numbers = marks;
    this.#count = marks.length / 3;
  }

  /** All marks: rows, offsets and lines in turn. */
  get marks(): Float64Array {
    return this.#numbers.subarray(0, 3 * this.#count);
  }

  /** Adds a mark after all others. The last to be added is the end of the text. */
  add({ row, offset, line }: RowMark): void {
    const at = 3 * this.#count++;
    if (at === this.#numbers.length) {
      const longer = new Float64Array(Math.max(3 * 64, 2 * at));
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers.set([row, offset, line], at);
  }

  /** The end of the text; its row is the number of rows. */
  get end(): RowMark {
    return this.#mark(this.#count - 1);
  }

  /**
   * The closest marks before and after rows: as many of `count` as there are within `bytes`, one at least.
   *
   * @param from a row before the end
   */
  around(from: number, count: number, bytes: number): { start: RowMark; end: RowMark } {
    const first = this.#countUpTo(from, 0) - 1;
    const start = this.#mark(first);
    const last = Math.min(this.#countUpTo(from + count - 1, 0), this.#count - 1);
    const within = this.#countUpTo(start.offset + bytes, 1) - 1;
    return { start, end: this.#mark(Math.min(last, Math.max(within, first + 1))) };
  }

  #mark(index: number): RowMark {
    const [row = 0, offset = 0, line = 0] = this.#numbers.subarray(3 * index, 3 * index + 3);
    return { row, offset, line };
  }

  /** How many marks have at most this row (part 0) or offset (part 1). */
  #countUpTo(value: number, part: 0 | 1): number {
    let from = 0;
    let to = this.#count;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if ((this.#numbers[3 * middle + part] as number) <= value) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
