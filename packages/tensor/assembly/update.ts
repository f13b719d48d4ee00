/**
 * Updates that touch every weight, each in one pass: decay, momentum, Adam, and the gradient written out.
 *
 * The gradient of a weight in row i and column j is xᵢ·dⱼ + l1·sign(w) + 2·l2·w: the outer product of one example with
 * the penalty's gradient folded in. A gradient that is written out is the same with one row, whose x is 1.
 */
import { loadPart, madd, nmadd, nonzero, storePart } from './simd';

/** l1·sign(w) + 2·l2·w, where `twice` is 2·l2. sign(0) = 0. */
function penaltyGradient(w: v128, l1: v128, twice: v128): v128 {
  const sign = v128.bitselect(w, l1, i32x4.splat(0x80000000));
  return madd(twice, w, v128.and(sign, nonzero(w)));
}

/** x·d + l1·sign(w) + 2·l2·w. */
function gradient(x: v128, d: v128, w: v128, l1: v128, twice: v128): v128 {
  return madd(x, d, penaltyGradient(w, l1, twice));
}

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

/**
 * x, or 0 where it is closer to it than `least`. What an optimizer remembers of a weight that has no gradient any more
 * fades by a factor at each update; short of this it would stay among the denormal numbers, on which machines compute a
 * hundred times as slowly.
 */
function settled(x: v128, least: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), least));
}

/** Far below what moves a weight, and far enough above the denormal numbers that no product comes among them. */
const LEAST: f32 = 7.888609052210118e-31; // 2⁻¹⁰⁰
/** The least number that is not denormal: second moments are squares, and under the root. */
const LEAST_SQUARE: f32 = 1.1754943508222875e-38; // 2⁻¹²⁶

/** v ← momentum·v + g; answers what the weight moves by: v, or g + momentum·v with Nesterov's. */
function momentumStep(velocity: v128, g: v128, momentum: v128, nesterov: bool): v128 {
  return nesterov ? madd(momentum, velocity, g) : velocity;
}

/** v ← momentum·v + g; w ← w − rate·v, or w − rate·(g + momentum·v) with Nesterov's. */
export function sgdMomentum(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
  nesterov: bool,
  l1: f32,
  l2: f32,
): void {
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const least = f32x4.splat(LEAST);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const xi = v128.load32_splat(x + (i << 2));
    for (let j = 0; j < whole; j += 16) {
      const w = v128.load(value + j);
      const g = gradient(xi, v128.load(d + j), w, l1s, twice);
      const v = settled(madd(momenta, v128.load(velocity + j), g), least);
      v128.store(velocity + j, v);
      v128.store(value + j, nmadd(rates, momentumStep(v, g, momenta, nesterov), w));
    }
    value += whole;
    velocity += whole;
    if (!rest) continue;
    const w = loadPart(value, rest);
    const g = gradient(xi, loadPart(d + whole, rest), w, l1s, twice);
    const v = settled(madd(momenta, loadPart(velocity, rest), g), least);
    storePart(velocity, v, rest);
    storePart(value, nmadd(rates, momentumStep(v, g, momenta, nesterov), w), rest);
    value += rest << 2;
    velocity += rest << 2;
  }
}

/**
 * m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate·m / (root·√v + ε).
 *
 * @param rate α / (1 − β₁ᵗ)
 * @param root 1 / √(1 − β₂ᵗ)
 * @param rest1 1 − β₁, which float32 would not give from β₁ as exactly; so `rest2`
 */
export function adam(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  moment1: usize,
  moment2: usize,
  rate: f32,
  root: f32,
  epsilon: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  l1: f32,
  l2: f32,
): void {
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const least = f32x4.splat(LEAST);
  const leastSquare = f32x4.splat(LEAST_SQUARE);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const xi = v128.load32_splat(x + (i << 2));
    for (let j = 0; j < whole; j += 16) {
      const w = v128.load(value + j);
      const g = gradient(xi, v128.load(d + j), w, l1s, twice);
      const m = settled(
        madd(f32x4.splat(beta1), v128.load(moment1 + j), f32x4.mul(f32x4.splat(rest1), g)),
        least,
      );
      const gg = f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g));
      const v = settled(madd(f32x4.splat(beta2), v128.load(moment2 + j), gg), leastSquare);
      v128.store(moment1 + j, m);
      v128.store(moment2 + j, v);
      v128.store(value + j, f32x4.sub(w, adamStep(m, v, rate, root, epsilon)));
    }
    value += whole;
    moment1 += whole;
    moment2 += whole;
    if (!rest) continue;
    const w = loadPart(value, rest);
    const g = gradient(xi, loadPart(d + whole, rest), w, l1s, twice);
    const m = settled(
      madd(f32x4.splat(beta1), loadPart(moment1, rest), f32x4.mul(f32x4.splat(rest1), g)),
      least,
    );
    const gg = f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g));
    const v = settled(madd(f32x4.splat(beta2), loadPart(moment2, rest), gg), leastSquare);
    storePart(moment1, m, rest);
    storePart(moment2, v, rest);
    storePart(value, f32x4.sub(w, adamStep(m, v, rate, root, epsilon)), rest);
    value += rest << 2;
    moment1 += rest << 2;
    moment2 += rest << 2;
  }
}

function adamStep(m: v128, v: v128, rate: f32, root: f32, epsilon: f32): v128 {
  const denominator = madd(f32x4.sqrt(v), f32x4.splat(root), f32x4.splat(epsilon));
  return f32x4.div(f32x4.mul(f32x4.splat(rate), m), denominator);
}

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
  add: bool,
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
