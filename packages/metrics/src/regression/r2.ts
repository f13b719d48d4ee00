import { type Tensor, tensor } from '@fluxion/tensor';
import { defineMetric } from '../counting/defineMetric.js';
import type { Metric } from '../counting/metric.js';
import type { Rows } from '../counting/rows.js';
import { savedElements, type Tally } from '../counting/tally.js';

/**
 * Coefficient of determination: R² = 1 − Σ w·(target − prediction)² / Σ w·(target − mean)². 1 is perfect, 0 is what saying
 * the mean reaches, and it may be negative without bound. Of several numbers an example it is the mean over them.
 *
 * NaN where the targets do not differ. (scikit-learn answers 1 there when the predictions are right, 0 when they are not.)
 *
 * @see Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962: the
 *   variance is counted in one pass, so that targets far from 0 lose no precision.
 * @example
 * const running = r2().start();
 */
export function r2(): Metric {
  return defineMetric({ kind: 'r2', compares: 'values', tally: (units) => new Determination(units) });
}

/** Places of what is counted for each unit. */
const WEIGHT = 0;
const MEAN = 1;
/** Σ w·(target − mean)². */
const SQUARES = 2;
/** Σ w·(target − prediction)². */
const RESIDUALS = 3;
const LENGTH = 4;

class Determination implements Tally<number> {
  readonly #state: Float64Array;

  constructor(units: number) {
    this.#state = new Float64Array(units * LENGTH);
  }

  add({ predictions, targets, units }: Rows, row: number, weight: number): void {
    for (let j = 0; j < units; j++) {
      const at = row * units + j;
      const target = targets[at] as number;
      this.#join(j * LENGTH, weight, target, 0, weight * (target - (predictions[at] as number)) ** 2);
    }
  }

  merge(other: Determination): void {
    const at = (i: number): number => other.#state[i] as number;
    for (let i = 0; i < this.#state.length; i += LENGTH) {
      if (at(i + WEIGHT) > 0) {
        this.#join(i, at(i + WEIGHT), at(i + MEAN), at(i + SQUARES), at(i + RESIDUALS));
      }
    }
  }

  scale(factor: number): void {
    for (let i = 0; i < this.#state.length; i++) {
      if (i % LENGTH !== MEAN) this.#state[i] = (this.#state[i] as number) * factor;
    }
  }

  value(): number {
    let total = 0;
    for (let i = 0; i < this.#state.length; i += LENGTH) {
      const squares = this.#state[i + SQUARES] as number;
      total += squares > 0 ? 1 - (this.#state[i + RESIDUALS] as number) / squares : Number.NaN;
    }
    return total / (this.#state.length / LENGTH);
  }

  save(): ReadonlyMap<string, Tensor> {
    return new Map([['state', tensor(this.#state, [this.#state.length / LENGTH, LENGTH])]]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    this.#state.set(savedElements(tensors, 'state', this.#state.length));
  }

  /** Joins a group of examples with those counted (Chan, Golub, LeVeque, 1979); one example is a group. */
  #join(from: number, weight: number, mean: number, squares: number, residuals: number): void {
    const state = this.#state;
    const before = state[from + WEIGHT] as number;
    const total = before + weight;
    const difference = mean - (state[from + MEAN] as number);
    state[from + WEIGHT] = total;
    state[from + MEAN] = (state[from + MEAN] as number) + (difference * weight) / total;
    state[from + SQUARES] =
      (state[from + SQUARES] as number) + squares + difference * difference * ((before * weight) / total);
    state[from + RESIDUALS] = (state[from + RESIDUALS] as number) + residuals;
  }
}
