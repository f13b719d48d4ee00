import type { Random } from '@fluxion/tensor';
import { finalMix } from './finalMix.js';

/** The number at each place of an order. */
export type NumberAt = (place: number) => number;

/**
 * A random order of the numbers 0 … length − 1, one at a time: the number at place i, computed from i alone. No list is
 * made, so that a window of a million rows costs nothing before its first example.
 *
 * It is a Feistel network: the bits of a place are parted in two halves, and each round changes one half by a keyed hash
 * of the other, which can be undone, so that no two places meet. A number from `length` on goes through once more.
 *
 * Each number is equally likely at each place. Not every order can occur: where `length` is a power of two from 16 on, all
 * of them are even permutations.
 *
 * @param length at most 2³⁰
 * @see Black, Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, sections 4 and 5.
 */
export function shuffledIndex(random: Random, length: number): NumberAt {
  const bits = 32 - Math.clz32(Math.max(length - 1, 0));
  const lowBits = bits >> 1;
  const highMask = (1 << (bits - lowBits)) - 1;
  const lowMask = (1 << lowBits) - 1;
  // Halves of few bits need more rounds to mix well.
  const rounds = bits <= 8 ? 16 : 8;
  const keys = Int32Array.from({ length: rounds }, (_, round) => random.integer(round, 2 ** 32));

  return (place) => {
    let index = place;
    do {
      let high = index >>> lowBits;
      let low = index & lowMask;
      for (let round = 0; round < rounds; round += 2) {
        high ^= finalMix(low ^ (keys[round] as number)) & highMask;
        low ^= finalMix(high ^ (keys[round + 1] as number)) & lowMask;
      }
      index = (high << lowBits) | low;
    } while (index >= length);
    return index;
  };
}
