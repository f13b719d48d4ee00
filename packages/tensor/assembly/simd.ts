/**
 * The few vector idioms that kernels share. Everywhere in this directory addresses and strides are in bytes, lengths in
 * elements, and a vector is four float32 numbers.
 */

/** a·b + c: two roundings in the strict build, one or two (the machine decides) in the relaxed one. */
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b, rounded as in `madd`. */
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** The first `count` numbers, 1 to 3, and zeros after them; nothing beyond them is read. */
export function loadPart(address: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(address);
  const two = v128.load64_zero(address);
  return count == 2 ? two : v128.load32_lane(address, two, 2, 8);
}

/** Stores the first `count` numbers, 1 to 3. */
export function storePart(address: usize, value: v128, count: i32): void {
  if (count == 1) {
    v128.store32_lane(address, value, 0);
    return;
  }
  v128.store64_lane(address, value, 0);
  if (count == 3) v128.store32_lane(address, value, 2, 8);
}

/** Stores the value, or adds it to what is there. */
export function put(address: usize, value: v128, add: i32): void {
  v128.store(address, add ? f32x4.add(v128.load(address), value) : value);
}

/** `put` for the first `count` numbers, 1 to 3. */
export function putPart(address: usize, value: v128, add: i32, count: i32): void {
  storePart(address, add ? f32x4.add(loadPart(address, count), value) : value, count);
}

/** All ones in the first `count` lanes, zeros in the others. */
export function laneMask(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** All ones where x is neither zero: NaN counts as a number that is not. */
export function nonzero(x: v128): v128 {
  return f32x4.ne(x, f32x4.splat(0));
}

/** (x₀ + x₂) + (x₁ + x₃). */
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The sums of the lanes of four vectors, as one vector; each is rounded as `sumLanes` rounds it. */
export function sumLanes4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

/** The largest lane; NaN when one is. */
export function maxLanes(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** The magnitude bits of the first, the sign of the second. */
export function copySign(magnitude: v128, sign: v128): v128 {
  return v128.bitselect(sign, magnitude, i32x4.splat(0x80000000));
}
