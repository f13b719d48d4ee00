import { expectObject } from '@fluxion/tensor';
import type { Schedule } from '../schedule.js';
import { count, expectOptions, leastRate, rate } from './expectOptions.js';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** α, where it starts. */
  readonly learningRate: number;
  /** T, the updates that it takes. */
  readonly updates: number;
  /** Where it ends, and stays. Default 0. */
  readonly least?: number;
}

/**
 * Cosine decay: α(t) = least + ½(α − least)(1 + cos(πt/T)), and least from T on. It falls slowly, then fast, then slowly.
 *
 * @throws {OptionError} when α is not positive, T is not a positive integer, or least is negative.
 * @see Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5; one cycle.
 * @example
 * sgd({ learningRate: cosineDecay({ learningRate: 0.1, updates: 10_000 }) });
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const {
    learningRate,
    updates,
    least = 0,
  } = expectObject(
    'cosineDecay',
    options,
    'an object of options',
    [],
    'give one, as { learningRate: 0.1, updates: 10_000 }',
  );
  expectOptions('cosineDecay', options, {
    learningRate: [learningRate, rate],
    updates: [updates, count],
    least: [least, leastRate],
  });
  return (t) =>
    least + ((learningRate - least) * (1 + Math.cos((Math.PI * Math.min(t, updates)) / updates))) / 2;
}
