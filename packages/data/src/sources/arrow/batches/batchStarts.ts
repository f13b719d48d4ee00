import { lastAtMost } from '../../../lastAtMost.js';

/**
 * Which row each record batch of a file starts with, as far as their metadata has been read: it alone tells how many rows
 * a batch has, and a file may have very many.
 */
export class BatchStarts {
  /** Of the known batches, and after them the number of their rows. */
  #starts = new Float64Array(64);
  #known = 0;

  /** How many batches are known, from the first on. */
  get known(): number {
    return this.#known;
  }

  /** Rows in the known batches. */
  get rows(): number {
    return this.#starts[this.#known] as number;
  }

  /** Tells the rows of the first batch that was not known. */
  add(rows: number): void {
    const end = this.rows + rows;
    this.#known++;
    if (this.#known === this.#starts.length) {
      const longer = new Float64Array(2 * this.#known);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[this.#known] = end;
  }

  /** The known batch that a row is in, or the first that is not known. */
  batchOf(row: number): number {
    return lastAtMost(this.#starts.subarray(0, this.#known + 1), row);
  }

  /** The row that a batch starts with: a known one, or the first after them. */
  start(batch: number): number {
    return this.#starts[batch] as number;
  }
}
