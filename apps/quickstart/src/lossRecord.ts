import type { LossPoint } from './report/runReport.js';

/** Examples that the running loss looks back on, about: an example's loss counts less the longer ago it was. */
const MEMORY = 1000;

/** The losses of a run, example by example: means of blocks to draw, a running mean to show, the mean of a stretch. */
export class LossRecord {
  /** The blocks so far, each with the mean of its losses. */
  readonly points: LossPoint[] = [];
  readonly #blockLength: number;
  #count = 0;
  #running = 0;
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

  /** Mean of about the last thousand losses; of all of them as long as there are fewer. */
  get running(): number {
    return this.#running;
  }

  add(loss: number): void {
    this.#count++;
    this.#running += (loss - this.#running) / Math.min(this.#count, MEMORY);
    this.#blockSum += loss;
    this.#stretchSum += loss;
    if (this.#count % this.#blockLength === 0) {
      this.points.push({ example: this.#count, loss: this.#blockSum / this.#blockLength });
      this.#blockSum = 0;
    }
  }

  /** Mean of the losses since the last call, or since the start. */
  takeMean(): number {
    const mean = this.#stretchSum / (this.#count - this.#stretchStart);
    this.#stretchSum = 0;
    this.#stretchStart = this.#count;
    return mean;
  }
}
