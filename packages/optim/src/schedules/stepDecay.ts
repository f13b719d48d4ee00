import { expectObject } from '@fluxion/tensor';
import type { Schedule } from '../schedule.js';
import { count, expectOptions, rate, share } from './expectOptions.js';

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** α, where it starts. */
  readonly learningRate: number;
  /** Updates between two steps. */
  readonly every: number;
  /** γ in (0, 1), what each step multiplies by. Default 0.1. */
  readonly factor?: number;
}

/**
 * Step decay: α(t) = α·γ^⌊t/every⌋.
 *
 * @throws {OptionError} when α is not positive, every is not a positive integer, or γ is not in (0, 1).
 * @see He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016, section 4: divided by 10 twice.
 * @example
 * sgd({ learningRate: stepDecay({ learningRate: 0.1, every: 30_000 }) });
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const {
    learningRate,
    every,
    factor = 0.1,
  } = expectObject(
    'stepDecay',
    options,
    'an object of options',
    [],
    'give one, as { learningRate: 0.1, every: 1000 }',
  );
  expectOptions('stepDecay', options, {
    learningRate: [learningRate, rate],
    every: [every, count],
    factor: [factor, share],
  });
  return (t) => learningRate * factor ** Math.floor(t / every);
}
