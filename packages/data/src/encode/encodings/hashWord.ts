const bytes = new Uint8Array(3 * 1024);
const encoder = new TextEncoder();

/**
 * A hash of 32 bits of a word's UTF-8 bytes, the same everywhere: MurmurHash3_x86_32 with seed 0.
 *
 * @see Appleby, https://github.com/aappleby/smhasher, MurmurHash3.cpp
 */
export function hashWord(word: string): number {
  const room = word.length * 3 <= bytes.length ? bytes : new Uint8Array(word.length * 3);
  const { written: length } = encoder.encodeInto(word, room);
  let h = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const block =
      (room[i] as number) |
      ((room[i + 1] as number) << 8) |
      ((room[i + 2] as number) << 16) |
      ((room[i + 3] as number) << 24);
    h ^= mixed(block);
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let j = length - 1; j >= i; j--) tail = (tail << 8) | (room[j] as number);
  if (i < length) h ^= mixed(tail);
  h ^= length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mixed(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/**
 * The place of a hash in a vector of 2^bits numbers: its low bits. Its highest bit is the sign, so that words that meet in
 * one place cancel as often as they add up.
 *
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
 */
export function placeOf(hash: number, bits: number): { readonly slot: number; readonly sign: number } {
  return { slot: hash & (2 ** bits - 1), sign: hash >>> 31 === 0 ? 1 : -1 };
}
