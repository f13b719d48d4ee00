import { Moments } from '../encodings/moments.js';
import type { Mergeable } from '../mergeable.js';

/** Skewness beyond which the tail of a distribution drowns the rest. An exponential distribution has 2. */
const SKEWED = 2;
/** Kurtosis beyond which both tails do. A normal distribution has 3, a Laplace distribution 6, an exponential one 9. */
const HEAVY = 15;

/** What has been seen of numbers. */
export interface ShapeTally {
  /** n, mean, m2. */
  readonly moments: Float64Array;
  readonly m3: number;
  readonly m4: number;
  readonly least: number;
}

/**
 * Running moments of numbers, which tell the shape of their distribution: skewness √n m3 / m2^1.5 and kurtosis n m4 / m2².
 *
 * @see Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments",
 *   Sandia report SAND2008-6212, 2008, equations 2.12 and 2.13, and for two parts 2.6 to 2.8.
 */
export class Shape implements Mergeable<ShapeTally> {
  readonly moments: Moments = new Moments();
  #m3 = 0;
  #m4 = 0;
  /** The least number. */
  least: number = Number.POSITIVE_INFINITY;

  see(value: number): void {
    const { memory, mean } = this.moments;
    const m2 = memory[2] as number;
    const n = (memory[0] as number) + 1;
    const difference = value - mean;
    const step = difference / n;
    const term = difference * step * (n - 1);
    this.#m4 += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * m2 - 4 * step * this.#m3;
    this.#m3 += term * step * (n - 2) - 3 * step * m2;
    this.least = Math.min(this.least, value);
    this.moments.see(value);
  }

  tally(): ShapeTally {
    return { moments: this.moments.memory, m3: this.#m3, m4: this.#m4, least: this.least };
  }

  merge({ moments, m3, m4, least }: ShapeTally): void {
    const [others = 0, mean = 0, theirs = 0] = moments;
    if (others === 0) return;
    const { memory } = this.moments;
    const [own = 0, ownMean = 0, m2 = 0] = memory;
    const n = own + others;
    const [a, b, d] = [own / n, others / n, mean - ownMean];
    const mixed = a * others;
    this.#m4 +=
      m4 +
      d ** 4 * mixed * (a * a - a * b + b * b) +
      6 * d * d * (a * a * theirs + b * b * m2) +
      4 * d * (a * m3 - b * this.#m3);
    this.#m3 += m3 + d ** 3 * mixed * (a - b) + 3 * d * (a * theirs - b * m2);
    this.least = Math.min(this.least, least);
    this.moments.merge(moments);
  }

  /** 0 where nothing differs. */
  get skewness(): number {
    const { count, memory } = this.moments;
    const m2 = memory[2] as number;
    return m2 > 0 ? (Math.sqrt(count) * this.#m3) / m2 ** 1.5 : 0;
  }

  /** 0 where nothing differs. */
  get kurtosis(): number {
    const { count, memory } = this.moments;
    const m2 = memory[2] as number;
    return m2 > 0 ? (count * this.#m4) / m2 ** 2 : 0;
  }

  /** Whether one tail drowns the rest. */
  get isSkewed(): boolean {
    return Math.abs(this.skewness) > SKEWED;
  }

  /** Whether both tails do. */
  get isHeavy(): boolean {
    return this.kurtosis > HEAVY;
  }
}
