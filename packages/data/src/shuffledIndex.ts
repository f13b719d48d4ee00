import type { Random } from '@fluxion/tensor';

const ROUNDS = 8;

/**
 * A random order of the numbers 0 … length − 1, one at a time: the number at place i, computed from i alone. No list is
 * made, so that a window of a million rows costs nothing before its first example.
 *
 * It is a generalised Feistel network on the rectangle of a × b ≥ length places: each round shifts one coordinate by a
 * keyed hash of the other, which can be undone, so that no two places meet. A number beyond the end goes round again.
 *
 * @param length at most 2³⁰
 * @see Black, Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, sections 4 and 5.
 */
export function shuffledIndex(random: Random, length: number): (place: number) => number {
  const a = Math.ceil(Math.sqrt(length));
  const b = Math.ceil(length / Math.max(a, 1));
  const keys = Int32Array.from({ length: ROUNDS }, (_, round) => random.integer(round, 2 ** 32));

  return (place) => {
    let index = place;
    do {
      let x = Math.floor(index / b);
      let y = index - x * b;
      for (let round = 0; round < ROUNDS; round += 2) {
        x = (x + (hash(y, keys[round] as number) % a)) % a;
        y = (y + (hash(x, keys[round + 1] as number) % b)) % b;
      }
      index = x * b + y;
    } while (index >= length);
    return index;
  };
}

/** The finalizer of MurmurHash3, 31 bits: each bit of the value and the key moves each bit of the hash. */
function hash(value: number, key: number): number {
  let h = Math.imul(value ^ key, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 1;
}
