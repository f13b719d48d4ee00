import { OptionError } from '@fluxion/tensor';
import { type Schedule, schedule } from '../schedule.js';

/**
 * Schedules one after the other: each starts over, at its t = 0, at the update where the one before it ends.
 *
 * @param schedules schedules, or rates that stay
 * @param starts the updates at which the second one and those after it begin, rising
 * @throws {OptionError} when there is no schedule, a rate is not positive, or starts are not as many as there are changes,
 *   or do not rise.
 * @example
 * // 0.1, 0.01 from update 30,000 on, 0.001 from update 60,000 on.
 * sgd({ learningRate: joinSchedules([0.1, 0.01, 0.001], [30_000, 60_000]) });
 */
export function joinSchedules(
  schedules: readonly (number | Schedule)[],
  starts: readonly number[],
): Schedule {
  if (!Array.isArray(schedules) || !Array.isArray(starts)) {
    throw new OptionError(
      'joinSchedules: expected a list of schedules and a list of starts, got others; give them, as joinSchedules([0.1, 0.01], [1000])',
    );
  }
  if (schedules.length === 0 || starts.length !== schedules.length - 1) {
    throw new OptionError(
      `joinSchedules starts: expected one for each schedule after the first, got ${starts.length} for ${schedules.length} schedules; give as many`,
    );
  }
  const rises = starts.every((start, i) => Number.isSafeInteger(start) && start > (starts[i - 1] ?? 0));
  if (!rises) {
    throw new OptionError(
      `joinSchedules starts: expected rising positive integers, got ${starts.join(', ')}; give the updates at which the schedules begin`,
    );
  }
  const checked = schedules.map((one) => schedule({ learningRate: one }, 'joinSchedules'));
  return (t) => {
    const place = starts.findLastIndex((start) => t >= start);
    return (checked[place + 1] as Schedule)(place === -1 ? t : t - (starts[place] as number));
  };
}
