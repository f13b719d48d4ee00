/**
 * SGD with a penalty: W ← W − α·(x·dᵀ + ∇Ω(W)). The penalty moves every weight, so rows whose x is zero are taken too;
 * product and penalty share one pass.
 */
import { loadPart, madd, nmadd, storePart } from './simd';
import { gradient } from './update';

export function sgdPenalty(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  rate: f32,
  l1: f32,
  l2: f32,
): void {
  if (l1 == 0 && columns >= 4) subtractShrinking(rows, columns, value, x, d, rate, 2 * l2 * rate);
  else subtractGradient(rows, columns, value, x, d, rate, l1, l2);
}

/** With l2 alone: W ← W − (α·x·dᵀ + shrink·W), four rows per pass over d. */
function subtractShrinking(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  rate: f32,
  shrink: f32,
): void {
  const stride = columns << 2;
  const shrinks = f32x4.splat(shrink);
  let i = 0;
  for (; i <= rows - 4; i += 4) {
    shrinkRows4(columns, value, x, d, rate, shrinks);
    value += 4 * stride;
    x += 16;
  }
  for (; i < rows; i++) {
    shrinkRow(columns, value, f32x4.splat(rate * load<f32>(x)), d, shrinks);
    value += stride;
    x += 4;
  }
}

function shrunk(x: v128, d: v128, w: v128, shrink: v128): v128 {
  return f32x4.sub(w, madd(x, d, f32x4.mul(shrink, w)));
}

/** The last vector may overlap the one before: it is worked out first and stored last. */
function shrinkRows4(columns: i32, r0: usize, x: usize, d: usize, rate: f32, shrink: v128): void {
  const stride = columns << 2;
  const last = (columns - 4) << 2;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  const x0 = f32x4.splat(rate * load<f32>(x));
  const x1 = f32x4.splat(rate * load<f32>(x, 4));
  const x2 = f32x4.splat(rate * load<f32>(x, 8));
  const x3 = f32x4.splat(rate * load<f32>(x, 12));
  const lastD = v128.load(d + last);
  const last0 = shrunk(x0, lastD, v128.load(r0 + last), shrink);
  const last1 = shrunk(x1, lastD, v128.load(r1 + last), shrink);
  const last2 = shrunk(x2, lastD, v128.load(r2 + last), shrink);
  const last3 = shrunk(x3, lastD, v128.load(r3 + last), shrink);
  for (let j = 0; j < last; j += 16) {
    const dj = v128.load(d + j);
    v128.store(r0 + j, shrunk(x0, dj, v128.load(r0 + j), shrink));
    v128.store(r1 + j, shrunk(x1, dj, v128.load(r1 + j), shrink));
    v128.store(r2 + j, shrunk(x2, dj, v128.load(r2 + j), shrink));
    v128.store(r3 + j, shrunk(x3, dj, v128.load(r3 + j), shrink));
  }
  v128.store(r0 + last, last0);
  v128.store(r1 + last, last1);
  v128.store(r2 + last, last2);
  v128.store(r3 + last, last3);
}

function shrinkRow(columns: i32, row: usize, x: v128, d: usize, shrink: v128): void {
  const last = (columns - 4) << 2;
  const lastW = shrunk(x, v128.load(d + last), v128.load(row + last), shrink);
  for (let j = 0; j < last; j += 16) {
    v128.store(row + j, shrunk(x, v128.load(d + j), v128.load(row + j), shrink));
  }
  v128.store(row + last, lastW);
}

/** With any penalty, or few columns: row by row. */
function subtractGradient(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  rate: f32,
  l1: f32,
  l2: f32,
): void {
  const rates = f32x4.splat(rate);
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const xi = v128.load32_splat(x + (i << 2));
    for (let j = 0; j < whole; j += 16) {
      const w = v128.load(value + j);
      v128.store(value + j, nmadd(rates, gradient(xi, v128.load(d + j), w, l1s, twice), w));
    }
    value += whole;
    if (!rest) continue;
    const w = loadPart(value, rest);
    const g = gradient(xi, loadPart(d + whole, rest), w, l1s, twice);
    storePart(value, nmadd(rates, g, w), rest);
    value += rest << 2;
  }
}
