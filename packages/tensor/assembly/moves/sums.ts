/** Sums. Those that answer one number are added up in float64, four partial sums side by side. */
import { loadPart, put, putPart } from '../simd';

/** Adds f(x) of four numbers, widened to float64, into two pairs of sums. */
abstract class Term {
  abstract of(x: v128): v128;
}

class Identity extends Term {
  of(x: v128): v128 {
    return x;
  }
}

class Square extends Term {
  of(x: v128): v128 {
    return f64x2.mul(x, x);
  }
}

class Magnitude extends Term {
  of(x: v128): v128 {
    return f64x2.abs(x);
  }
}

function total<T extends Term>(length: i32, x: usize): f64 {
  const term = changetype<T>(0 as usize);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = x + ((length & ~3) << 2);
  while (x < end) {
    low = f64x2.add(low, term.of(f64x2.promote_low_f32x4(v128.load64_zero(x))));
    high = f64x2.add(high, term.of(f64x2.promote_low_f32x4(v128.load64_zero(x, 8))));
    x += 16;
  }
  const rest = length & 3;
  if (rest) {
    const last = loadPart(x, rest);
    low = f64x2.add(low, term.of(f64x2.promote_low_f32x4(last)));
    high = f64x2.add(high, term.of(f64x2.promote_low_f32x4(v128.shuffle<f32>(last, last, 2, 3, 2, 3))));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Σ x. */
export function sum(length: i32, x: usize): f64 {
  return total<Identity>(length, x);
}

/** Σ x². */
export function sumSquares(length: i32, x: usize): f64 {
  return total<Square>(length, x);
}

/** Σ |x|. */
export function sumMagnitudes(length: i32, x: usize): f64 {
  return total<Magnitude>(length, x);
}

/** Rows that are added up one after another: of more, the sums of so many are, so that rounding does not grow with all. */
const BLOCK: i32 = 1024;

/** sink ← Σ over the rows (+ sink), each column from the first row down. */
export function sumRows(rows: i32, columns: i32, matrix: usize, stride: i32, sink: usize, add: i32): void {
  sumBlock(min(rows, BLOCK), columns, matrix, stride, sink, add);
  for (let i = BLOCK; i < rows; i += BLOCK) {
    sumBlock(min(rows - i, BLOCK), columns, matrix + i * stride, stride, sink, 1);
  }
}

function sumBlock(rows: i32, columns: i32, matrix: usize, stride: i32, sink: usize, add: i32): void {
  // Four vectors at a time are a cache line: it is fetched once.
  for (let j = columns >> 4; j > 0; j--) {
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    let third = f32x4.splat(0);
    let fourth = f32x4.splat(0);
    let at = matrix;
    for (let i = 0; i < rows; i++) {
      first = f32x4.add(first, v128.load(at));
      second = f32x4.add(second, v128.load(at, 16));
      third = f32x4.add(third, v128.load(at, 32));
      fourth = f32x4.add(fourth, v128.load(at, 48));
      at += stride;
    }
    put(sink, first, add);
    put(sink + 16, second, add);
    put(sink + 32, third, add);
    put(sink + 48, fourth, add);
    matrix += 64;
    sink += 64;
  }
  for (let j = (columns & 15) >> 2; j > 0; j--) {
    let column = f32x4.splat(0);
    let at = matrix;
    for (let i = 0; i < rows; i++) {
      column = f32x4.add(column, v128.load(at));
      at += stride;
    }
    put(sink, column, add);
    matrix += 16;
    sink += 16;
  }
  const rest = columns & 3;
  if (!rest) return;
  let column = f32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    column = f32x4.add(column, loadPart(matrix, rest));
    matrix += stride;
  }
  putPart(sink, column, add, rest);
}
