import type { LossPoint } from './report/runReport.js';

/** The losses of a run, example by example: means of blocks to draw, and the mean of the stretch that is under way. */
export class LossRecord {
  /** The blocks so far, each with the mean of its losses. */
  readonly points: LossPoint[] = [];
  readonly #blockLength: number;
  #count = 0;
  #blockSum = 0;
  #stretchSum = 0;
  #stretchStart = 0;

  /** @param blockLength examples whose losses are drawn as one point. */
  constructor(blockLength: number) {
    this.#blockLength = blockLength;
  }

  /** Examples recorded. */
  get count(): number {
    return this.#count;
  }

  /** Mean of the losses since the last `takeMean`, or since the start. */
  get mean(): number {
    return this.#stretchSum / (this.#count - this.#stretchStart);
  }

  add(loss: number): void {
    this.#count++;
    this.#blockSum += loss;
    this.#stretchSum += loss;
    if (this.#count % this.#blockLength === 0) {
      this.points.push({ example: this.#count, loss: this.#blockSum / this.#blockLength });
      this.#blockSum = 0;
    }
  }

  /** Ends the stretch, and begins another. Returns its mean. */
  takeMean(): number {
    const { mean } = this;
    this.#stretchSum = 0;
    this.#stretchStart = this.#count;
    return mean;
  }
}
