import type { Mergeable } from '../mergeable.js';

/**
 * Running mean and variance by Welford's update, which loses no digits to large means:
 * d = x − mean;  mean ← mean + d/n;  m2 ← m2 + d (x − mean);  variance = m2/n.
 *
 * Those of two parts become one by δ = mean_b − mean_a;  mean ← mean_a + δ n_b/n;  m2 ← m2_a + m2_b + δ² n_a n_b/n.
 *
 * @see Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962; Chan, Golub,
 *   LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", Stanford report STAN-CS-79-773, 1979.
 */
export class Moments implements Mergeable<Float64Array> {
  /** n, mean, m2. */
  readonly memory: Float64Array;

  constructor(memory: Float64Array = new Float64Array(3)) {
    this.memory = memory;
  }

  see(value: number): void {
    const { memory } = this;
    const n = (memory[0] as number) + 1;
    const difference = value - (memory[1] as number);
    const mean = (memory[1] as number) + difference / n;
    memory[0] = n;
    memory[1] = mean;
    memory[2] = (memory[2] as number) + difference * (value - mean);
  }

  tally(): Float64Array {
    return this.memory;
  }

  merge([others = 0, mean = 0, m2 = 0]: Float64Array): void {
    if (others === 0) return;
    const { memory } = this;
    const own = memory[0] as number;
    const n = own + others;
    const difference = mean - (memory[1] as number);
    memory[0] = n;
    memory[1] = (memory[1] as number) + difference * (others / n);
    memory[2] = (memory[2] as number) + m2 + difference * difference * own * (others / n);
  }

  get count(): number {
    return this.memory[0] as number;
  }

  get mean(): number {
    return this.memory[1] as number;
  }

  /** Standard deviation of what was seen; 0 where nothing differs. */
  get deviation(): number {
    return this.count === 0 ? 0 : Math.sqrt((this.memory[2] as number) / this.count);
  }

  /** (value − mean) / deviation; 0 while nothing differs. */
  standardize(value: number): number {
    const { deviation } = this;
    return deviation > 0 ? (value - this.mean) / deviation : 0;
  }
}
