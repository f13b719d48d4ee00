/**
 * The gradient of a weight in row i and column j: xᵢ·dⱼ + l1·sign(w) + 2·l2·w, the outer product of one example with the
 * penalty's gradient folded in. A gradient that is written out is the same with one row, whose x is 1.
 */
import { loadPart, madd, nonzero, storePart } from '../simd';

/** l1·sign(w) + 2·l2·w, where `twice` is 2·l2. sign(0) = 0. */
export function penaltyGradient(w: v128, l1: v128, twice: v128): v128 {
  const sign = v128.bitselect(w, l1, i32x4.splat(0x80000000));
  return madd(twice, w, v128.and(sign, nonzero(w)));
}

/** x·d + l1·sign(w) + 2·l2·w. */
export function gradient(x: v128, d: v128, w: v128, l1: v128, twice: v128): v128 {
  return madd(x, d, penaltyGradient(w, l1, twice));
}

/**
 * x, or 0 where it is closer to it than `least`. What an optimizer remembers of a weight that has no gradient any more
 * fades by a factor at each update; short of this it would stay among the denormal numbers, on which machines compute a
 * hundred times as slowly.
 */
export function settle(x: v128, least: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), least));
}

/** Far below what moves a weight, and far enough above the denormal numbers that no product comes among them. */
export const LEAST: f32 = 7.888609052210118e-31; // 2⁻¹⁰⁰
/** The least number that is not denormal: second moments are squares, and under the root. */
export const LEAST_SQUARE: f32 = 1.1754943508222875e-38; // 2⁻¹²⁶

/** sink ← factor·x·dᵀ + ∇Ω(value) (+ sink). */
export function writeGradient(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  sink: usize,
  factor: f32,
  l1: f32,
  l2: f32,
  add: i32,
): void {
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const xi = f32x4.splat(factor * load<f32>(x + (i << 2)));
    for (let j = 0; j < whole; j += 16) {
      const g = gradient(xi, v128.load(d + j), v128.load(value + j), l1s, twice);
      v128.store(sink + j, add ? f32x4.add(v128.load(sink + j), g) : g);
    }
    value += whole;
    sink += whole;
    if (!rest) continue;
    const g = gradient(xi, loadPart(d + whole, rest), loadPart(value, rest), l1s, twice);
    storePart(sink, add ? f32x4.add(loadPart(sink, rest), g) : g, rest);
    value += rest << 2;
    sink += rest << 2;
  }
}
