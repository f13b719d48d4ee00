import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32, type Words4 } from './philox.js';

/** Philox4x32-10 as the paper has it, on whole numbers of any length. */
function philoxOfThePaper(counter: Words4, key: readonly [number, number]): bigint[] {
  const mask = 0xffff_ffffn;
  let [l0, r0, l1, r1] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = l0 * 0xd251_1f53n;
    const product1 = l1 * 0xcd9e_8d57n;
    [l0, r0, l1, r1] = [
      (product1 >> 32n) ^ r0 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ r1 ^ k1,
      product0 & mask,
    ];
    k0 = (k0 + 0x9e37_79b9n) & mask;
    k1 = (k1 + 0xbb67_ae85n) & mask;
  }
  return [l0, r0, l1, r1];
}

const word = fc.integer({ min: 0, max: 0xffff_ffff });

describe('philox4x32', () => {
  // Random123, tests/kat_vectors, lines `philox4x32 10`.
  it.each<{ of: string; counter: Words4; key: [number, number]; words: Words4 }>([
    {
      of: 'zeros',
      counter: [0, 0, 0, 0],
      key: [0, 0],
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      of: 'ones',
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      of: 'the digits of π',
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the known answer of Random123 for $of', ({ counter, key, words }) => {
    expect(philox4x32(counter, key)).toEqual(words);
  });

  it('is the algorithm of the paper, on every counter and key', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key).map(BigInt)).toEqual(philoxOfThePaper(counter, key));
      }),
    );
  });

  it('changes nothing that it is given', () => {
    const counter = Object.freeze([1, 2, 3, 4]) as Words4;
    const key = Object.freeze([5, 6]) as readonly [number, number];
    expect(philox4x32(counter, key)).toEqual(philox4x32(counter, key));
    expect(counter).toEqual([1, 2, 3, 4]);
    expect(key).toEqual([5, 6]);
  });
});
