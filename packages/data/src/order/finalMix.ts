/**
 * The finalizer of MurmurHash3: each bit of 32 moves all others.
 *
 * @see Appleby, https://github.com/aappleby/smhasher, MurmurHash3.cpp, "fmix32"
 */
export function finalMix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
