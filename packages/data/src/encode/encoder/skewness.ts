/** Skewness beyond which the tail of a distribution drowns the rest. An exponential distribution has 2. */
export const SKEWED = 2;

/**
 * Running skewness √n m3 / m2^1.5.
 *
 * @see Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments",
 *   Sandia report SAND2008-6212, 2008, equation 2.12.
 */
export class Skewness {
  #n = 0;
  #mean = 0;
  #m2 = 0;
  #m3 = 0;

  see(value: number): void {
    const n = ++this.#n;
    const difference = value - this.#mean;
    const step = difference / n;
    const term = difference * step * (n - 1);
    this.#mean += step;
    this.#m3 += term * step * (n - 2) - 3 * step * this.#m2;
    this.#m2 += term;
  }

  /** 0 where nothing differs. */
  get value(): number {
    return this.#m2 > 0 ? (Math.sqrt(this.#n) * this.#m3) / this.#m2 ** 1.5 : 0;
  }
}
