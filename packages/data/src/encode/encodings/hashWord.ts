import { finalMix } from '../../order/finalMix.js';

const room = new Uint8Array(3 * 1024);
const encoder = new TextEncoder();

/** The hash of a word's UTF-8 bytes. */
export function hashWord(word: string): number {
  const bytes = word.length * 3 <= room.length ? room : new Uint8Array(word.length * 3);
  return hashBytes(bytes, 0, encoder.encodeInto(word, bytes).written);
}

/**
 * A hash of 32 bits of the bytes `start` to `end`, the same everywhere: MurmurHash3_x86_32 with seed 0, as a signed integer.
 *
 * @see Appleby, https://github.com/aappleby/smhasher, MurmurHash3.cpp
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const block =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    h ^= mixed(block);
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let j = end - 1; j >= i; j--) tail = (tail << 8) | (bytes[j] as number);
  if (i < end) h ^= mixed(tail);
  return finalMix(h ^ (end - start));
}

function mixed(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/** The place of a hash in a vector of 2^bits numbers: its low bits. */
export function slotOf(hash: number, bits: number): number {
  return hash & ((1 << bits) - 1);
}

/**
 * A hash's sign, its highest bit, so that words that meet in one place cancel as often as they add up.
 *
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
 */
export function signOf(hash: number): number {
  return hash < 0 ? -1 : 1;
}
