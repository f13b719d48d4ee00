/** Rows of mean 0 and variance 1, and the way back. */
import { laneMask, loadPart, put, putPart, storePart, sumLanes } from '../simd';

/** Σ x, or Σ (x − mean)² where `isSquared`, of a row. */
function rowSum(columns: i32, x: usize, mean: f32, isSquared: bool): f32 {
  const means = f32x4.splat(mean);
  const whole = x + ((columns & ~3) << 2);
  const rest = columns & 3;
  let sum = f32x4.splat(0);
  for (; x < whole; x += 16) {
    const distance = f32x4.sub(v128.load(x), means);
    sum = f32x4.add(sum, isSquared ? f32x4.mul(distance, distance) : distance);
  }
  if (rest) {
    const distance = v128.and(f32x4.sub(loadPart(x, rest), means), laneMask(rest));
    sum = f32x4.add(sum, isSquared ? f32x4.mul(distance, distance) : distance);
  }
  return sumLanes(sum);
}

/** normalized ← (x − μ) / σ of each row, and inverse ← 1/σ; μ is 0 where it is not centred. */
export function normalizeRows(
  rows: i32,
  columns: i32,
  x: usize,
  epsilon: f64,
  centred: i32,
  normalized: usize,
  inverse: usize,
): void {
  const bytes = columns << 2;
  const rest = columns & 3;
  for (; rows > 0; rows--) {
    const mean: f32 = centred ? rowSum(columns, x, 0, false) / <f32>columns : 0;
    const squares = rowSum(columns, x, mean, true);
    const factor = <f32>(1 / Math.sqrt(<f64>squares / <f64>columns + epsilon));
    const means = f32x4.splat(mean);
    const factors = f32x4.splat(factor);
    const whole = x + ((columns & ~3) << 2);
    for (let at = x; at < whole; at += 16) {
      v128.store(normalized + (at - x), f32x4.mul(f32x4.sub(v128.load(at), means), factors));
    }
    if (rest) {
      const last = f32x4.mul(f32x4.sub(loadPart(whole, rest), means), factors);
      storePart(normalized + (whole - x), last, rest);
    }
    store<f32>(inverse, factor);
    x += bytes;
    normalized += bytes;
    inverse += 4;
  }
}

/** sink ← (d − mean(d) − y · mean(d ⊙ y)) / σ of each row (+ sink); not centred, without mean(d). */
export function normalizeRowsGradient(
  rows: i32,
  columns: i32,
  y: usize,
  inverse: usize,
  d: usize,
  centred: i32,
  sink: usize,
  add: i32,
): void {
  const bytes = columns << 2;
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (; rows > 0; rows--) {
    let sum = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let j = 0; j < whole; j += 16) {
      const part = v128.load(d + j);
      sum = f32x4.add(sum, part);
      products = f32x4.add(products, f32x4.mul(part, v128.load(y + j)));
    }
    if (rest) {
      const part = loadPart(d + whole, rest);
      sum = f32x4.add(sum, part);
      products = f32x4.add(products, f32x4.mul(part, loadPart(y + whole, rest)));
    }
    const mean = f32x4.splat(centred ? sumLanes(sum) / <f32>columns : 0);
    const share = f32x4.splat(sumLanes(products) / <f32>columns);
    const factor = f32x4.splat(load<f32>(inverse));
    for (let j = 0; j < whole; j += 16) {
      const apart = f32x4.sub(f32x4.sub(v128.load(d + j), mean), f32x4.mul(v128.load(y + j), share));
      put(sink + j, f32x4.mul(apart, factor), add);
    }
    if (rest) {
      const own = f32x4.mul(loadPart(y + whole, rest), share);
      const apart = f32x4.sub(f32x4.sub(loadPart(d + whole, rest), mean), own);
      putPart(sink + whole, f32x4.mul(apart, factor), add, rest);
    }
    y += bytes;
    d += bytes;
    sink += bytes;
    inverse += 4;
  }
}
