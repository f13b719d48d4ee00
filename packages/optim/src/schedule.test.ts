import { OptionError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedule } from './schedule.js';

describe('schedule', () => {
  it('is α/(1 + δt), t the updates made so far', () => {
    const rate = schedule({ learningRate: 0.5, decreaseConstant: 1 });
    expect([0, 1, 2, 4, 9].map(rate)).toEqual([0.5, 0.25, 0.5 / 3, 0.1, 0.05]);
  });

  it('stays at α without a decrease constant', () => {
    for (const rate of [
      schedule({ learningRate: 0.1 }),
      schedule({ learningRate: 0.1, decreaseConstant: 0 }),
    ]) {
      expect([0, 1, 1e9].map(rate)).toEqual([0.1, 0.1, 0.1]);
    }
  });

  it('halves α at t = 1/δ', () => {
    expect(schedule({ learningRate: 0.8, decreaseConstant: 1e-6 })(1e6)).toBe(0.4);
  });

  it('is α at t = 0, and never grows', () => {
    const positive = fc.double({ noNaN: true, min: 1e-9, max: 1e3 });
    fc.assert(
      fc.property(positive, positive, fc.nat(), fc.nat(), (learningRate, decreaseConstant, a, b) => {
        const rate = schedule({ learningRate, decreaseConstant });
        expect(rate(0)).toBe(learningRate);
        expect(rate(Math.max(a, b))).toBeLessThanOrEqual(rate(Math.min(a, b)));
        expect(rate(a)).toBeGreaterThan(0);
      }),
    );
  });

  it('takes α as a function of the updates, and divides it too', () => {
    const warmUp = (t: number): number => Math.min(1, t / 4);
    expect([0, 2, 4, 8].map(schedule({ learningRate: warmUp }))).toEqual([0, 0.5, 1, 1]);
    expect([0, 2, 4].map(schedule({ learningRate: warmUp, decreaseConstant: 0.5 }))).toEqual([
      0,
      0.25,
      1 / 3,
    ]);
  });

  it.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a learning rate of %d',
    (learningRate) => {
      expect(() => schedule({ learningRate })).toThrow(
        new OptionError(
          `schedule learningRate: expected a positive number, got ${learningRate}; give one, as 0.01`,
        ),
      );
    },
  );

  it.each([-1e-9, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a decrease constant of %d',
    (decreaseConstant) => {
      expect(() => schedule({ learningRate: 1, decreaseConstant })).toThrow(
        new OptionError(
          `schedule decreaseConstant: expected a number from 0, got ${decreaseConstant}; give one, as 1e-6`,
        ),
      );
    },
  );

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
    'refuses a function when it answers %d, and says at which update',
    (answer) => {
      const rate = schedule({ learningRate: (t) => (t < 3 ? 0.1 : answer) });
      expect(rate(2)).toBe(0.1);
      expect(() => rate(3)).toThrow(
        new OptionError(
          `schedule learningRate at update 3: expected a number from 0, got ${answer}; correct the function`,
        ),
      );
    },
  );
});
