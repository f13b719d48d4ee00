import { lastAtMost } from './lastAtMost.js';

/**
 * Which row each record batch of a file starts with, as far as their metadata has been read: it alone tells how many rows
 * a batch has, and a file may have very many.
 */
export class BatchStarts {
  /** One more than there are batches that are known. */
  readonly #starts = [0];

  /** How many batches are known, from the first on. */
  get known(): number {
    return this.#starts.length - 1;
  }

  /** Rows in the known batches. */
  get rows(): number {
    return this.#starts.at(-1) as number;
  }

  /** Tells the rows of the first batch that was not known. */
  add(rows: number): void {
    this.#starts.push(this.rows + rows);
  }

  /** The known batch that a row is in, or the first that is not known. */
  batchOf(row: number): number {
    return lastAtMost(this.#starts, row);
  }

  /** The row that a batch starts with: a known one, or the first after them. */
  start(batch: number): number {
    return this.#starts[batch] as number;
  }
}
