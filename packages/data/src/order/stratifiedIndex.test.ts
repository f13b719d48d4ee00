import { describe, expect, it } from 'vitest';
import { stratifiedIndex } from './stratifiedIndex.js';

const order = (length: number, seed = 1): number[] => {
  const at = stratifiedIndex(seed, 'rows', length);
  return Array.from({ length }, (_, place) => at(place));
};

describe('stratifiedIndex', () => {
  it.each([0, 1, 47, 3071, 3072, 16_384, 16_411])('gives each of %i numbers once', (length) => {
    const rising = Array.from({ length }, (_, i) => i);
    expect(order(length).sort((a, b) => a - b)).toEqual(rising);
    expect(order(length)).not.toEqual(length > 1 ? rising : [-1]);
  });

  it('takes from each 48th part of the numbers once in 48 places', () => {
    const parts = order(48 * 341).map((number) => Math.floor(number / 341));
    for (let place = 0; place < parts.length; place += 48) {
      expect(new Set(parts.slice(place, place + 48)).size).toBe(48);
    }
  });

  it.each([2, 3, 4, 8, 16])('has one of %i processes take from whole parts alone', (size) => {
    const all = order(16_384);
    for (let rank = 0; rank < size; rank++) {
      const own = all.filter((_, place) => place < 48 * 341 && place % size === rank);
      expect(new Set(own.map((number) => Math.floor(number / 341))).size).toBe(48 / size);
    }
  });

  it('leaves no trace of the order that was', () => {
    const length = 4800;
    const variance = (length ** 2 - 1) / 12;
    const mean = (length - 1) / 2;
    let withPlace = 0;
    const seeds = 20;
    for (let seed = 0; seed < seeds; seed++) {
      order(length, seed).forEach((number, place) => {
        withPlace += (number - mean) * (place - mean);
      });
    }
    const deviation = 1 / Math.sqrt(length * seeds);
    expect(Math.abs(withPlace / (length * seeds * variance))).toBeLessThan(5 * deviation);
  });
});
