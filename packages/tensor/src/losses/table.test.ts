import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersOf } from '../numberOption.js';
import { type LossName, pointwiseLosses } from './named.js';

const names = Object.keys(pointwiseLosses) as LossName[];

/** A loss with its options as they are by default. */
function plain(name: LossName): Record<'term' | 'slope', (z: number, t: number) => number> {
  const { options = {}, term, slope } = pointwiseLosses[name];
  const numbers = numbersOf(name, options, {});
  return { term: (z, t) => term(z, t, numbers), slope: (z, t) => slope(z, t, numbers) };
}

/** A target, and an output at a distance from it that is no whole number, where some losses have their kinks. */
const targetAndOutput = fc
  .tuple(
    fc.constantFrom(-1, 0, 1),
    fc.integer({ min: -3, max: 2 }),
    fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  )
  .map(([t, whole, part]) => [t, t + whole + part] as const);

describe('pointwise losses', () => {
  it.each(names)('%s has the slope that its central difference says', (name) => {
    const { term, slope } = plain(name);
    fc.assert(
      fc.property(targetAndOutput, ([t, z]) => {
        const epsilon = 1e-6;
        const numeric = (term(z + epsilon, t) - term(z - epsilon, t)) / (2 * epsilon);
        expect(Math.abs(slope(z, t) - numeric)).toBeLessThan(1e-8 * Math.max(1, Math.abs(numeric)));
      }),
    );
  });

  it.each(names)('%s of NaN is NaN', (name) => {
    expect(plain(name).term(Number.NaN, 1)).toBeNaN();
  });

  it.each(names.filter((name) => name !== 'poisson'))('%s and its slope are finite at ±1e8', (name) => {
    const { term, slope } = plain(name);
    for (const z of [1e8, -1e8]) {
      expect(term(z, 1)).toSatisfy(Number.isFinite);
      expect(slope(z, 1)).toSatisfy(Number.isFinite);
    }
  });

  it('huber bends at δ, quantileError and absoluteError have the slope 0 on the target, hinge where the margin is met', () => {
    const [huber, quantile, absolute, hinge] = (
      ['huber', 'quantileError', 'absoluteError', 'hinge'] as const
    ).map(plain);
    expect([huber.term(1, 0), huber.term(3, 0), huber.slope(-3, 0)]).toEqual([0.5, 2.5, -1]);
    expect([quantile.slope(2, 2), absolute.slope(2, 2), hinge.slope(1, 1)]).toEqual([0, 0, 0]);
    expect([hinge.term(1, 1), hinge.term(-1, 1), hinge.slope(0.5, -1)]).toEqual([0, 2, 1]);
  });
});
