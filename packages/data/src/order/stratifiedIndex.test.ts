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
    for (let place = 0; place < parts.length; place++) {
      const turn = parts.slice(place, place + 48);
      expect(new Set(turn).size).toBe(turn.length);
    }
  });

  it.each([2, 4, 8, 16])('has one of %i processes take whole sixteenths alone', (size) => {
    const all = order(16_384);
    for (let rank = 0; rank < size; rank++) {
      const own = all.filter((_, place) => place % size === rank);
      expect(new Set(own.map((number) => Math.floor(number / 1024))).size).toBe(16 / size);
    }
  });

  it.each([3, 6, 12, 24, 48])('has one of %i processes take 48 / %i runs of numbers', (size) => {
    const length = 16_411;
    for (const rank of [0, size - 1]) {
      const own = order(length).filter((_, place) => place % size === rank);
      const sorted = own.sort((a, b) => a - b);
      const runs = 1 + sorted.filter((number, i) => i > 0 && number > (sorted[i - 1] as number) + 1).length;
      expect(runs).toBeLessThanOrEqual(48 / size);
    }
  });

  it('ends with numbers of all parts', () => {
    for (const length of [16_384, 4096, 3119]) {
      const last = order(length).slice(-(length % 48));
      const parts = new Set(last.map((number) => Math.floor((16 * number) / length)));
      expect(parts.size).toBeGreaterThanOrEqual(Math.min(16, length % 48) - 1);
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
