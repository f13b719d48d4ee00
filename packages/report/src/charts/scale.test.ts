import { describe, expect, it } from 'vitest';
import { linearScale, logScale, roundedScale } from './scale.js';

describe('linearScale', () => {
  it('keeps its ends and has round ticks between them', () => {
    const scale = linearScale(0, 180_000, 4);
    expect(scale.ticks).toEqual([0, 50_000, 100_000, 150_000]);
    expect([scale.at(0), scale.at(90_000), scale.at(180_000)]).toEqual([0, 0.5, 1]);
  });

  it('has ticks without rounding errors', () => {
    expect(linearScale(0, 0.7, 7).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });
});

describe('roundedScale', () => {
  it('reaches out to the ticks around', () => {
    const scale = roundedScale(0.9573, 0.9735);
    expect(scale.ticks).toEqual([0.955, 0.96, 0.965, 0.97, 0.975]);
    expect([scale.at(0.955), scale.at(0.975)]).toEqual([0, 1]);
  });

  it('does not go beyond its bounds', () => {
    expect(roundedScale(0.963, 1, [0, 1]).ticks.at(-1)).toBe(1);
    expect(roundedScale(1, 1, [0, 1]).ticks).toEqual([0.99, 1]);
  });

  it.each([0, 0.5, -3])('has two ends where all values are %d', (value) => {
    const { at, ticks } = roundedScale(value, value);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(at(value)).toBeGreaterThanOrEqual(0);
    expect(at(value)).toBeLessThanOrEqual(1);
  });
});

describe('logScale', () => {
  it('gives equal room to equal ratios', () => {
    const scale = logScale(0.01, 1);
    expect(scale.at(0.1)).toBeCloseTo(0.5, 12);
    expect(scale.ticks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
  });

  it('has round ticks even within a narrow range', () => {
    expect(logScale(0.21, 0.29).ticks).toEqual([0.22, 0.24, 0.26, 0.28]);
  });
});
