import { random } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffledIndex } from './shuffledIndex.js';

function order(seed: number, length: number): number[] {
  const at = shuffledIndex(random(seed, 'test'), length);
  return Array.from({ length }, (_, place) => at(place));
}

describe('shuffledIndex', () => {
  it('gives each number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.nat(), (length, seed) => {
        expect(order(seed, length).sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  it('gives each number of long orders once', () => {
    const seen = new Uint8Array(1_000_000);
    for (const index of order(1, seen.length)) seen[index] = 1;
    expect(seen.every((once) => once === 1)).toBe(true);
  });

  it('answers for a place without the others', () => {
    const at = shuffledIndex(random(5, 'test'), 2 ** 30);
    expect(at(123_456_789)).toBe(at(123_456_789));
    expect(at(2 ** 30 - 1)).toBeLessThan(2 ** 30);
  });

  it.each([2, 3, 4, 5])('makes all orders of %i equally likely', (length) => {
    const counts = new Map<string, number>();
    const orders = Array.from({ length }, (_, i) => i + 1).reduce((product, i) => product * i, 1);
    const expected = 50;
    for (let seed = 0; seed < orders * expected; seed++) {
      const key = order(seed, length).join(' ');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(orders);
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    const freedom = orders - 1;
    // Five standard deviations above the mean.
    expect(chiSquare).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
  });

  it('leaves no trace of the order that was', () => {
    const length = 1000;
    const mean = (length - 1) / 2;
    const variance = (length ** 2 - 1) / 12;
    let withPlace = 0;
    let withNeighbour = 0;
    const seeds = 100;
    for (let seed = 0; seed < seeds; seed++) {
      const shuffled = order(seed, length);
      shuffled.forEach((value, place) => {
        withPlace += (place - mean) * (value - mean);
        withNeighbour += ((shuffled[place - 1] ?? mean) - mean) * (value - mean);
      });
    }
    const deviation = 1 / Math.sqrt(length * seeds);
    expect(Math.abs(withPlace / (length * seeds * variance))).toBeLessThan(5 * deviation);
    expect(Math.abs(withNeighbour / (length * seeds * variance))).toBeLessThan(5 * deviation);
  });
});
