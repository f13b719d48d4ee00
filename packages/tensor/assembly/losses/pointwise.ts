/** The loops of losses that are sums over elements; the losses themselves are made from the table in `src/losses`. */
import { laneMask, loadPart, put, putPart, sumLanes } from '../simd';

/** A term in the output z and the target t, and its slope in z, with two numbers that shape them. */
export abstract class Loss {
  abstract term(z: v128, t: v128, p: v128, q: v128): v128;
  abstract slope(z: v128, t: v128, p: v128, q: v128): v128;
}

/** losses ← Σ term over each row. */
export function termsOfRows<L extends Loss>(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  losses: usize,
  option1: f32,
  option2: f32,
): void {
  const loss = changetype<L>(0 as usize);
  const p = f32x4.splat(option1);
  const q = f32x4.splat(option2);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < whole; j += 16) {
      sum = f32x4.add(sum, loss.term(v128.load(output + j), v128.load(targets + j), p, q));
    }
    if (rest) {
      const last = loss.term(loadPart(output + whole, rest), loadPart(targets + whole, rest), p, q);
      sum = f32x4.add(sum, v128.and(last, laneMask(rest)));
    }
    store<f32>(losses + (i << 2), sumLanes(sum));
    output += outputRow;
    targets += targetsRow;
  }
}

/** sink ← factor·slope (+ sink). */
export function slopesOfRows<L extends Loss>(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: i32,
  option1: f32,
  option2: f32,
): void {
  const loss = changetype<L>(0 as usize);
  const p = f32x4.splat(option1);
  const q = f32x4.splat(option2);
  const factors = f32x4.splat(factor);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < whole; j += 16) {
      const slope = loss.slope(v128.load(output + j), v128.load(targets + j), p, q);
      put(sink + j, f32x4.mul(slope, factors), add);
    }
    if (rest) {
      const slope = loss.slope(loadPart(output + whole, rest), loadPart(targets + whole, rest), p, q);
      putPart(sink + whole, f32x4.mul(slope, factors), add, rest);
    }
    output += outputRow;
    targets += targetsRow;
    sink += sinkRow;
  }
}
