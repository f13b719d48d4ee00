import { expect, it } from 'vitest';
import { Shape } from './shape.js';

it('the shapes of two parts become that of the whole', () => {
  const numbers = Array.from({ length: 90 }, (_, i) => Math.exp(i / 15) * (i % 4 === 0 ? -1 : 1));
  const shapeOf = (part: readonly number[]): Shape => {
    const shape = new Shape();
    for (const number of part) shape.see(number);
    return shape;
  };
  const whole = shapeOf(numbers);
  for (const cut of [0, 1, 20, 61, 90]) {
    const merged = new Shape();
    for (const part of [numbers.slice(0, cut), numbers.slice(cut)]) merged.merge(shapeOf(part).tally());
    expect(merged.moments.mean / whole.moments.mean).toBeCloseTo(1, 12);
    expect(merged.moments.deviation / whole.moments.deviation).toBeCloseTo(1, 12);
    expect(merged.skewness / whole.skewness).toBeCloseTo(1, 10);
    expect(merged.kurtosis / whole.kurtosis).toBeCloseTo(1, 10);
    expect(merged.least).toBe(whole.least);
  }
});
