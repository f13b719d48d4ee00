import { expectObject } from '@fluxion/tensor';
import type { Schedule } from '../schedule.js';
import { count, expectOptions, rate, share } from './expectOptions.js';

/** Options of `exponentialDecay`. */
export interface ExponentialDecayOptions {
  /** α, where it starts. */
  readonly learningRate: number;
  /** γ in (0, 1), what T updates multiply by. */
  readonly factor: number;
  /** T. Default 1: each update multiplies by γ. */
  readonly updates?: number;
}

/**
 * Exponential decay: α(t) = α·γ^(t/T), the smooth form of `stepDecay`.
 *
 * @throws {OptionError} when α is not positive, γ is not in (0, 1), or T is not a positive integer.
 * @example
 * sgd({ learningRate: exponentialDecay({ learningRate: 0.1, factor: 0.5, updates: 10_000 }) });
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const {
    learningRate,
    factor,
    updates = 1,
  } = expectObject(
    'exponentialDecay',
    options,
    'an object of options',
    [],
    'give one, as { learningRate: 0.1, factor: 0.99 }',
  );
  expectOptions('exponentialDecay', options, {
    learningRate: [learningRate, rate],
    factor: [factor, share],
    updates: [updates, count],
  });
  return (t) => learningRate * factor ** (t / updates);
}
