import type { LossPoint } from './run.js';

/** Most points that a loss curve is drawn by. */
const POINTS = 400;

/**
 * The losses of a run as they come: means of blocks to draw, and the mean of the stretch that is under way, as of an epoch.
 *
 * @example
 * const losses = new LossRecord(60_000 * 5);
 * losses.add(0.31); // the loss of one example
 * losses.add(0.28, 32); // the mean loss of a minibatch
 */
export class LossRecord {
  /** The blocks so far, each with the mean of its losses. */
  readonly points: LossPoint[] = [];
  readonly #blockLength: number;
  #count = 0;
  readonly #block = new Mean();
  readonly #stretch = new Mean();

  /** @param examples how many there will be at most: they make at most 400 blocks of a round length. */
  constructor(examples: number) {
    this.#blockLength = roundLength(examples / POINTS);
  }

  /** Examples recorded. */
  get count(): number {
    return this.#count;
  }

  /** Mean of the losses since the last `takeMean`, or since the start; NaN of none. */
  get mean(): number {
    return this.#stretch.value;
  }

  /** @param loss of one example, or the mean loss of `size` of them */
  add(loss: number, size = 1): void {
    this.#count += size;
    this.#block.add(loss, size);
    this.#stretch.add(loss, size);
    if (this.#block.count >= this.#blockLength) {
      this.points.push({ example: this.#count, loss: this.#block.value });
      this.#block.clear();
    }
  }

  /** Ends the stretch, and begins another. Returns its mean. */
  takeMean(): number {
    const { mean } = this;
    this.#stretch.clear();
    return mean;
  }
}

class Mean {
  count = 0;
  #sum = 0;

  get value(): number {
    return this.#sum / this.count;
  }

  add(value: number, weight: number): void {
    this.count += weight;
    this.#sum += weight * value;
  }

  clear(): void {
    this.count = 0;
    this.#sum = 0;
  }
}

/** The least of 1, 2 and 5 times a power of ten that is no less than this: such lengths read best. */
function roundLength(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return Math.max(1, [1, 2, 5, 10].map((digit) => digit * power).find((length) => length >= least) ?? 1);
}
