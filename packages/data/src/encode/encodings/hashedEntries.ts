import type { Entries } from './encoding.js';
import { hashWord } from './hashWord.js';

/**
 * Hashed words as entries of a vector of 2^bits numbers. A word's slot is the low bits of its hash, and its sign the highest
 * bit: where two words meet in a slot, they cancel as often as they add up.
 *
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
 */
export function hashedEntries(weightOf: ReadonlyMap<string, number>, bits: number): Entries {
  const weights = new Map<number, number>();
  for (const [word, weight] of weightOf) {
    const hash = hashWord(word);
    const slot = hash & (2 ** bits - 1);
    weights.set(slot, (weights.get(slot) ?? 0) + (hash >>> 31 === 0 ? weight : -weight));
  }
  return { slots: Int32Array.from(weights.keys()), weights: Float64Array.from(weights.values()) };
}
