import { DataError, OptionError, random } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { adwin } from './adwin.js';
import { pageHinkley } from './pageHinkley.js';

/** Draws of 0 and 1. */
const coin = (seed: number, p: (i: number) => number) => {
  const { uniform } = random(seed, 'drift');
  return (i: number): number => (uniform(i) < p(i) ? 1 : 0);
};

describe('adwin', () => {
  it('tells of a change that is none no more often than its bound allows', () => {
    const [delta, steps, runs] = [0.05, 2000, 40];
    let told = 0;
    for (let run = 0; run < runs; run++) {
      const detector = adwin({ delta });
      const draw = coin(run, () => 0.3);
      for (let i = 0; i < steps; i++) if (detector.add(draw(i)) !== undefined) told++;
    }
    // Looks are taken at every 32nd step: the bound is for each of them.
    expect(told / ((runs * steps) / 32)).toBeLessThanOrEqual(delta);
  });

  it('tells of a change as soon as the bound of the paper says that it must', () => {
    const [delta, length, p, q] = [0.002, 1000, 0.2, 0.8];
    for (let run = 0; run < 20; run++) {
      const detector = adwin({ delta });
      const draw = coin(run, (i) => (i < length ? p : q));
      let at = 0;
      for (let i = 0; at === 0; i++) {
        const drift = detector.add(draw(i));
        if (drift === undefined || i < length) continue;
        at = i;
        expect(drift.before).toBeLessThan(0.35);
        expect(drift.after).toBeGreaterThan(drift.before + 0.1);
      }
      // With n₁ numbers after the change ε is below |p − q|/2 from here on, whatever the mean of these few by chance.
      const isSure = (n1: number): boolean => {
        const inverse = 1 / length + 1 / n1;
        const log = Math.log((2 * Math.log(length + n1)) / delta);
        return Math.sqrt(2 * inverse * 0.25 * log) + (2 / 3) * inverse * log < (q - p) / 2;
      };
      let latest = 1;
      while (!isSure(latest)) latest++;
      expect(at - length).toBeLessThan(latest + 32);
    }
  });

  it('keeps all of a window without change, in few buckets', () => {
    const detector = adwin();
    const draw = coin(3, () => 0.5);
    for (let i = 0; i < 10_000; i++) detector.add(draw(i));
    expect(detector.width).toBe(10_000);
    expect(detector.mean).toBeCloseTo(0.5, 1);
    expect(detector.save().tensors.get('buckets')?.size).toBeLessThan(3 * 6 * 14);
  });
});

describe('pageHinkley', () => {
  it('computes the sums of its definition', () => {
    const detector = pageHinkley({ tolerance: 0, threshold: 1.4, least: 3 });
    // Means 0, 0, 1/3, 1/2: m = 0, 0, 2/3, 7/6; then x̄ = 3/5, m = 47/30.
    expect([0, 0, 1, 1].map((value) => detector.add(value))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(detector.add(1)).toBeDefined();
  });

  it('tells of a rise, and not of a fall', () => {
    const rise = coin(1, (i) => (i < 500 ? 0.2 : 0.7));
    const fall = coin(1, (i) => (i < 500 ? 0.7 : 0.2));
    const [up, down] = [pageHinkley({ threshold: 20 }), pageHinkley({ threshold: 20 })];
    const told = { up: [] as number[], down: 0 };
    for (let i = 0; i < 1000; i++) {
      if (up.add(rise(i)) !== undefined) told.up.push(i);
      if (down.add(fall(i)) !== undefined) told.down++;
    }
    expect(told.up[0]).toBeGreaterThan(500);
    expect(told.up[0]).toBeLessThan(620);
    expect(told.down).toBe(0);
  });
});

describe.each([
  ['adwin', () => adwin(), () => adwin({ delta: 0.1 })],
  ['pageHinkley', () => pageHinkley({ threshold: 5 }), () => pageHinkley()],
])('%s', (name, make, other) => {
  it('goes on from what it saved', () => {
    const draw = coin(5, (i) => (i % 400 < 200 ? 0.1 : 0.9));
    const [straight, first, second] = [make(), make(), make()];
    const [expected, got]: [unknown[], unknown[]] = [[], []];
    for (let i = 0; i < 1200; i++) {
      expected.push(straight.add(draw(i)));
      if (i === 777) second.restore(first.save());
      got.push((i < 777 ? first : second).add(draw(i)));
    }
    expect(got).toEqual(expected);
    expect(got.some((drift) => drift !== undefined)).toBe(true);
  });

  it('refuses what another has saved, and numbers that are none', () => {
    expect(() => make().restore(other().save())).toThrow(OptionError);
    expect(() => make().add(Number.NaN)).toThrow(
      new DataError(
        `${name}: expected finite numbers, got NaN; leave it out, or look for where it comes from`,
      ),
    );
  });
});
