import { expectObject } from '@fluxion/tensor';
import { type Schedule, schedule } from '../schedule.js';
import { count, expectOptions, shareFromZero } from './expectOptions.js';

/** Options of `warmUp`. */
export interface WarmUpOptions {
  /** T, the updates that it takes. */
  readonly updates: number;
  /** Share of the rate that it starts with, in [0, 1). Default 0. */
  readonly start?: number;
}

/**
 * Warm-up: the rate rises in a straight line to where another schedule starts, which it then follows from its start on:
 * α(t) = s(0)·(start + (1 − start)·t/T) for t < T, and s(t − T) from T on.
 *
 * @param after a schedule, or a rate that stays
 * @throws {OptionError} when the rate is not positive, T is not a positive integer, or start is not in [0, 1).
 * @see Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv 1706.02677, section 2.2.
 * @example
 * adam({ learningRate: warmUp(cosineDecay({ learningRate: 0.001, updates: 9500 }), { updates: 500 }) });
 */
export function warmUp(after: number | Schedule, options: WarmUpOptions): Schedule {
  const { updates, start = 0 } = expectObject(
    'warmUp',
    options,
    'an object of options',
    [],
    'give one, as { updates: 500 }',
  );
  expectOptions('warmUp', options, { updates: [updates, count], start: [start, shareFromZero] });
  const follow = schedule({ learningRate: after }, 'warmUp');
  return (t) => (t < updates ? follow(0) * (start + ((1 - start) * t) / updates) : follow(t - updates));
}
