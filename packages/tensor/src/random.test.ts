import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionError } from './errors.js';
import { philox4x32 } from './philox.js';
import { expectSeed, permutation, random } from './random.js';

/** Σ (observed − expected)² / expected over equally likely bins. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const index = fc.maxSafeNat();

describe('random', () => {
  it('gives the same number for the same seed, purpose and index, in whatever order they are asked for', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.array(index, { minLength: 1 }), (seed, purpose, indices) => {
        const forwards = random(seed, purpose);
        const backwards = random(seed, purpose);
        const there = indices.map((i) => forwards.uniform(i));
        const back = indices.toReversed().map((i) => backwards.uniform(i));
        expect(back.toReversed()).toEqual(there);
      }),
    );
  });

  it('gives numbers from 0 to below 1, and integers from 0 to below the bound', () => {
    fc.assert(
      fc.property(seed, index, fc.integer({ min: 1, max: 2 ** 31 }), (seed, i, bound) => {
        const numbers = random(seed, 'range');
        expect(numbers.uniform(i)).toBeGreaterThanOrEqual(0);
        expect(numbers.uniform(i)).toBeLessThan(1);
        expect(Number.isInteger(numbers.integer(i, bound))).toBe(true);
        expect(numbers.integer(i, bound)).toBeGreaterThanOrEqual(0);
        expect(numbers.integer(i, bound)).toBeLessThan(bound);
      }),
    );
  });

  it('gives the integer 0 for the bound 1', () => {
    expect(random(1, 'one').integer(12_345, 1)).toBe(0);
  });

  it('gives other numbers to another purpose, seed or index', () => {
    const first = (seed: number, purpose: string, from = 0): number[] =>
      Array.from({ length: 8 }, (_, i) => random(seed, purpose).uniform(from + i));
    const numbers = [
      first(1, 'linear1.weight'),
      first(1, 'linear2.weight'),
      first(1, ''),
      first(2, 'linear1.weight'),
      first(2 ** 32 - 1, 'linear1.weight'),
      first(1, 'linear1.weight', 8),
      first(1, 'linear1.weight', 2 ** 34),
      first(1, 'linear1.weight', 2 ** 52),
    ].flat();
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  // Known answers of FNV-1a, 32 bits: the key's second word.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])(
    'takes the words of Philox in turn, under the key of the seed and the FNV-1a hash of %j',
    (purpose, hash) => {
      const numbers = random(7, purpose);
      const words = [...philox4x32([0, 0, 0, 0], [7, hash]), ...philox4x32([1, 0, 0, 0], [7, hash])];
      expect(words.map((_, i) => numbers.uniform(i))).toEqual(words.map((word) => word / 2 ** 32));
      expect(numbers.uniform(2 ** 34)).toBe(philox4x32([0, 1, 0, 0], [7, hash])[0] / 2 ** 32);
    },
  );

  it('hashes the bytes of a purpose, so that letters beyond ASCII count', () => {
    expect(random(1, 'é').uniform(0)).not.toBe(random(1, 'è').uniform(0));
  });

  it('fills sixteen equal bins evenly: χ² with 15 degrees of freedom lies within 99.8 %', () => {
    const numbers = random(1, 'uniformity');
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) (counts[Math.floor(numbers.uniform(i) * 16)] as number)++;
    expect(chiSquare(counts)).toBeGreaterThan(3.48);
    expect(chiSquare(counts)).toBeLessThan(37.7);
  });

  it('draws neighbours independently: χ² of pairs with 15 degrees of freedom lies within 99.8 %', () => {
    const numbers = random(1, 'pairs');
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) {
      (counts[4 * numbers.integer(2 * i, 4) + numbers.integer(2 * i + 1, 4)] as number)++;
    }
    expect(chiSquare(counts)).toBeGreaterThan(3.48);
    expect(chiSquare(counts)).toBeLessThan(37.7);
  });

  it('refuses a seed that is not an integer from 0 to 2³² − 1', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY]) {
      expect(() => random(seed, 'weights')).toThrow(
        new OptionError(
          `random seed: expected an integer from 0 to 4294967295, got ${seed}; give such an integer`,
        ),
      );
    }
  });
});

describe('expectSeed', () => {
  it('accepts both ends', () => {
    expect(() => expectSeed('graph', 0)).not.toThrow();
    expect(() => expectSeed('graph', 2 ** 32 - 1)).not.toThrow();
  });

  it('names the place', () => {
    expect(() => expectSeed('graph', -3)).toThrow(
      new OptionError('graph seed: expected an integer from 0 to 4294967295, got -3; give such an integer'),
    );
  });
});

describe('permutation', () => {
  it('holds each number from 0 to length − 1 once', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 200 }), (seed, length) => {
        const order = permutation(random(seed, 'rows'), length);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  it('of nothing is empty, of one is 0', () => {
    expect([...permutation(random(1, 'rows'), 0)]).toEqual([]);
    expect([...permutation(random(1, 'rows'), 1)]).toEqual([0]);
  });

  it('is a function of the stream alone', () => {
    expect(permutation(random(3, 'rows'), 100)).toEqual(permutation(random(3, 'rows'), 100));
    expect(permutation(random(3, 'rows'), 100)).not.toEqual(permutation(random(4, 'rows'), 100));
    expect(permutation(random(3, 'rows'), 100)).not.toEqual(permutation(random(3, 'blocks'), 100));
  });

  it('reaches each of the six orders of three as often: χ² with 5 degrees of freedom lies within 99.8 %', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = permutation(random(seed, 'three'), 3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    expect(chiSquare([...counts.values()])).toBeGreaterThan(0.21);
    expect(chiSquare([...counts.values()])).toBeLessThan(20.5);
  });
});
