import { type Tensor, tensor } from '../tensor.js';

/** So many blocks at most pass before the next look ahead. */
const MOST_BLOCKS = 64;

/**
 * Whether it pays to look ahead. What was multiplied for a block is lost when another input comes than was shown, as after an
 * operator that adds noise: then nothing is looked at for the rest of the block, and for twice as many blocks each time.
 */
export class Foresight {
  /** Blocks for which nothing is looked at, the one at hand included. */
  #blocks = 0;
  /** How many it will be the next time. */
  #next = 1;

  get pays(): boolean {
    return this.#blocks === 0;
  }

  /** An input came that was not among those shown. */
  fail(): void {
    this.#blocks = this.#next;
    this.#next = Math.min(2 * this.#next, MOST_BLOCKS);
  }

  /** A block has been applied. One in which nothing failed ends the doubling. */
  endBlock(): void {
    if (this.#blocks === 0) this.#next = 1;
    else this.#blocks--;
  }

  /** Both numbers, [2]; undefined where nothing has failed lately. */
  save(): Tensor | undefined {
    return this.#next === 1 ? undefined : tensor(Float64Array.of(this.#blocks, this.#next), [2]);
  }

  restore(saved: Tensor | undefined): void {
    this.#blocks = saved?.get(0) ?? 0;
    this.#next = saved?.get(1) ?? 1;
  }
}
