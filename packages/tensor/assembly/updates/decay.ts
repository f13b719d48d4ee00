/** What a penalty takes off a weight. */
import { loadPart, nmadd, storePart } from '../simd';
import { penaltyGradient } from './gradient';

/** w ← w − by·w: what l2 takes off alone. */
export function shrink(length: i32, value: usize, by: f32): void {
  const factor = f32x4.splat(by);
  const end = value + (length << 2);
  for (; value + 64 <= end; value += 64) {
    const w0 = v128.load(value);
    const w1 = v128.load(value, 16);
    const w2 = v128.load(value, 32);
    const w3 = v128.load(value, 48);
    v128.store(value, nmadd(factor, w0, w0));
    v128.store(value, nmadd(factor, w1, w1), 16);
    v128.store(value, nmadd(factor, w2, w2), 32);
    v128.store(value, nmadd(factor, w3, w3), 48);
  }
  for (; value < end; value += 4) {
    const w = v128.load32_zero(value);
    v128.store32_lane(value, nmadd(factor, w, w), 0);
  }
}

/** w ← w − rate·(l1·sign(w) + 2·l2·w): the penalty alone. */
export function decay(length: i32, value: usize, rate: f32, l1: f32, l2: f32): void {
  const rates = f32x4.splat(rate);
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const end = value + ((length & ~3) << 2);
  while (value < end) {
    const w = v128.load(value);
    v128.store(value, nmadd(rates, penaltyGradient(w, l1s, twice), w));
    value += 16;
  }
  const rest = length & 3;
  if (!rest) return;
  const w = loadPart(value, rest);
  storePart(value, nmadd(rates, penaltyGradient(w, l1s, twice), w), rest);
}
