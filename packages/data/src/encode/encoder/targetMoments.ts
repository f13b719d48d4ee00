import { Moments } from '../encodings/moments.js';
import { SKEWED, Skewness } from './skewness.js';

/** What the numbers of a target are like. */
export class TargetMoments {
  readonly moments: Moments = new Moments();
  readonly #skewness = new Skewness();
  /** The least of them. */
  least: number = Number.POSITIVE_INFINITY;

  see(value: number): void {
    this.moments.see(value);
    this.#skewness.see(value);
    this.least = Math.min(this.least, value);
  }

  /** Whether they are amounts, from 0 on, of which a few are far larger than the others. */
  get isSkewed(): boolean {
    return this.least >= 0 && this.#skewness.value > SKEWED;
  }
}
