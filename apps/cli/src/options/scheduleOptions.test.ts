import { describe, expect, it } from 'vitest';
import { createSchedule, type ScheduleOptions } from './scheduleOptions.js';

const rates = (options: ScheduleOptions, ...updates: readonly number[]): readonly number[] => {
  const { rate } = createSchedule(options, 0.1, 90, 8);
  return updates.map((t) => (typeof rate === 'number' ? rate : rate(t)));
};

describe('createSchedule', () => {
  it('keeps the rate unless told otherwise', () => {
    expect(createSchedule({}, 0.1, 90, 8)).toEqual({ rate: 0.1 });
  });

  it.each([
    ['cosine', 0.1, 0.05, 0],
    ['step', 0.1, 0.01, 0.0001],
    ['exponential', 0.1, 0.01, 0.001],
  ] as const)('goes down by %s over all updates', (schedule, first, middle, last) => {
    const [begin = 0, half = 0, end = 0] = rates({ schedule }, 0, 45, 90);
    expect([begin, half, end].map((rate) => rate.toFixed(6))).toEqual(
      [first, middle, last].map((rate) => rate.toFixed(6)),
    );
  });

  it('goes down where the loss has not improved for a quarter of the patience', () => {
    const { rate, plateau } = createSchedule({ schedule: 'plateau', warmUp: 1 / 3 }, 0.1, 90, 8);
    const after = (...losses: readonly number[]): number => {
      for (const loss of losses) plateau?.tell(loss);
      return typeof rate === 'number' ? rate : rate(60);
    };
    expect(after(1, 0.5, 0.6, 0.7)).toBe(0.1);
    expect(after(0.6)).toBeCloseTo(0.01, 9);
  });

  it('rises first where it is to warm up', () => {
    const [begin, third, end] = rates({ schedule: 'cosine', warmUp: 1 / 3 }, 0, 30, 90);
    expect(begin).toBe(0);
    expect(third).toBeCloseTo(0.1, 9);
    expect(end).toBeCloseTo(0, 9);
  });
});
