import { OptionError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import {
  cosineDecay,
  exponentialDecay,
  joinSchedules,
  oneCycle,
  reduceOnPlateau,
  stepDecay,
  warmUp,
} from '../index.js';

describe('schedules', () => {
  it('cosineDecay is halfway at half the time, and stays at its least', () => {
    const rate = cosineDecay({ learningRate: 1, updates: 10, least: 0.2 });
    expect(rate(0)).toBe(1);
    expect(rate(5)).toBeCloseTo(0.6, 15);
    expect([rate(10), rate(11), rate(1e9)]).toEqual([0.2, 0.2, 0.2]);
  });

  it('exponentialDecay passes through the values of stepDecay', () => {
    const options = { learningRate: 0.5, factor: 0.25 };
    const [smooth, steps] = [
      exponentialDecay({ ...options, updates: 6 }),
      stepDecay({ ...options, every: 6 }),
    ];
    for (const t of [0, 6, 12, 60]) expect(smooth(t)).toBeCloseTo(steps(t), 15);
    expect(smooth(3)).toBeCloseTo(0.25, 15);
    expect(steps(5)).toBe(0.5);
  });

  it('oneCycle stays where it ends', () => {
    const rate = oneCycle({ learningRate: 1, updates: 10, divide: 4, finalDivide: 2 });
    expect(rate(0)).toBe(0.25);
    expect(rate(2)).toBe(1);
    expect([rate(9), rate(10), rate(1000)]).toEqual([0.125, 0.125, 0.125]);
  });

  it('oneCycle begins at its top where the rise is shorter than an update', () => {
    const rate = oneCycle({ learningRate: 1, updates: 3 });
    for (const t of [0, 1, 2, 3]) expect(rate(t)).toSatisfy(Number.isFinite);
  });

  it('warmUp rises in a straight line, then follows the other from its start on', () => {
    const rate = warmUp((t) => 1 / (t + 1), { updates: 4 });
    expect([0, 1, 2, 3, 4, 5, 6].map(rate)).toEqual([0, 0.25, 0.5, 0.75, 1, 1 / 2, 1 / 3]);
  });

  it('are combined: warm-up, then a plateau that is reduced, then steps', () => {
    const plateau = reduceOnPlateau(warmUp(0.4, { updates: 2 }), { patience: 0 });
    const rate = joinSchedules([plateau, stepDecay({ learningRate: 0.2, every: 2, factor: 0.5 })], [4]);
    expect([0, 1, 2, 3, 4, 5, 6].map(rate)).toEqual([0, 0.2, 0.4, 0.4, 0.2, 0.2, 0.1]);
    plateau.tell(1);
    plateau.tell(1);
    expect(rate(3)).toBeCloseTo(0.04, 15);
  });
});

describe('reduceOnPlateau', () => {
  it('counts what is no number as no better', () => {
    const rate = reduceOnPlateau(1, { patience: 1, factor: 0.5 });
    for (const value of [Number.NaN, Number.NaN]) rate.tell(value);
    expect(rate(0)).toBe(0.5);
    for (const value of [1, Number.NaN, Number.NaN]) rate.tell(value);
    expect(rate(0)).toBe(0.25);
  });

  it('knows better from worse below 0 too', () => {
    const rate = reduceOnPlateau(1, { patience: 0, threshold: 0.1 });
    for (const value of [-1, -1.2]) rate.tell(value);
    expect(rate(0)).toBe(1);
    rate.tell(-1.2);
    expect(rate(0)).toBeCloseTo(0.1, 15);
  });

  it('goes on from what was saved', () => {
    const options = { patience: 2, cooldown: 1, factor: 0.5 };
    const told = [3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1];
    for (let stop = 0; stop <= told.length; stop++) {
      const [whole, first, second] = [1, 2, 3].map(() => reduceOnPlateau(1, options)) as [
        ReturnType<typeof reduceOnPlateau>,
        ReturnType<typeof reduceOnPlateau>,
        ReturnType<typeof reduceOnPlateau>,
      ];
      for (const value of told) whole.tell(value);
      for (const value of told.slice(0, stop)) first.tell(value);
      second.restore(first.save());
      for (const value of told.slice(stop)) second.tell(value);
      expect(second(0)).toBe(whole(0));
      expect(whole(0)).toBeLessThan(0.5);
    }
  });

  it('refuses what was saved under other options, and what is no number', () => {
    const saved = reduceOnPlateau(1, { patience: 3 }).save();
    expect(() => reduceOnPlateau(1).restore(saved)).toThrow(OptionError);
  });

  it('goes on from what was saved when its mode was called goal', () => {
    const first = reduceOnPlateau(1, { mode: 'max', patience: 0 });
    for (const value of [0.5, 0.4, 0.3]) first.tell(value);
    const { options, ...saved } = first.save();
    const { mode: _, ...others } = options;
    const second = reduceOnPlateau(1, { mode: 'max', patience: 0 });
    second.restore({ ...saved, options: { ...others, goal: 'largest' } });
    expect(second.save()).toEqual(first.save());
    expect(() => reduceOnPlateau(1).tell(undefined as never)).toThrow(
      new OptionError(
        'reduceOnPlateau tell: expected a number, got undefined; give the figure that is to get better',
      ),
    );
  });
});

describe('what schedules refuse', () => {
  it.each<[string, () => unknown]>([
    [
      'cosineDecay updates: expected a positive integer, got 0; give one, as 1000',
      () => cosineDecay({ learningRate: 1, updates: 0 }),
    ],
    [
      'cosineDecay learningRate: expected a positive number, got undefined; give one, as 0.01',
      () => cosineDecay({ updates: 10 } as never),
    ],
    [
      'cosineDecay least: expected a number from 0, got -1; give one, as 1e-5',
      () => cosineDecay({ learningRate: 1, updates: 10, least: -1 }),
    ],
    [
      'stepDecay factor: expected a number in (0, 1), got 1; give one, as 0.1',
      () => stepDecay({ learningRate: 1, every: 5, factor: 1 }),
    ],
    [
      'exponentialDecay factor: expected a number in (0, 1), got 2; give one, as 0.1',
      () => exponentialDecay({ learningRate: 1, factor: 2 }),
    ],
    [
      'oneCycle updates: expected an integer above 1, got 1; give one, as 1000',
      () => oneCycle({ learningRate: 1, updates: 1 }),
    ],
    [
      'oneCycle divide: expected a number from 1, got 0.5; give one, as 25',
      () => oneCycle({ learningRate: 1, updates: 10, divide: 0.5 }),
    ],
    [
      'warmUp start: expected a number in [0, 1), got 1; give one, as 0.1',
      () => warmUp(1, { updates: 5, start: 1 }),
    ],
    [
      'warmUp learningRate: expected a positive number, got -1; give one, as 0.01',
      () => warmUp(-1, { updates: 5 }),
    ],
    [
      'reduceOnPlateau patience: expected a whole number from 0, got -1; give one, as 5',
      () => reduceOnPlateau(1, { patience: -1 }),
    ],
    [
      "reduceOnPlateau mode: expected min or max, got 'largest'; name one of these",
      () => reduceOnPlateau(1, { mode: 'largest' as never }),
    ],
    [
      "warmUp: expected updates, start, got 'update'; did you mean 'updates'?",
      () => warmUp(1, { update: 5 } as never),
    ],
    [
      'joinSchedules starts: expected one for each schedule after the first, got 0 for 2 schedules; give as many',
      () => joinSchedules([1, 2], []),
    ],
    [
      'joinSchedules starts: expected rising positive integers, got 5, 5; give the updates at which the schedules begin',
      () => joinSchedules([1, 2, 3], [5, 5]),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(new OptionError(message));
  });
});
