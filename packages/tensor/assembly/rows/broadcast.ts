/** Rows that all meet the same one. */
import { loadPart, put, putPart, storePart } from '../simd';

/** sink ← rows ⊙ vector (+ sink). */
export function multiplyRows(rows: i32, columns: i32, x: usize, vector: usize, sink: usize, add: i32): void {
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (; rows > 0; rows--) {
    for (let j = 0; j < whole; j += 16)
      put(sink + j, f32x4.mul(v128.load(x + j), v128.load(vector + j)), add);
    if (rest) {
      putPart(sink + whole, f32x4.mul(loadPart(x + whole, rest), loadPart(vector + whole, rest)), add, rest);
    }
    x += columns << 2;
    sink += columns << 2;
  }
}

/** output ← rows ⊙ gain + bias. */
export function scaleAndShiftRows(
  rows: i32,
  columns: i32,
  x: usize,
  gain: usize,
  bias: usize,
  output: usize,
): void {
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (; rows > 0; rows--) {
    for (let j = 0; j < whole; j += 16) {
      const scaled = f32x4.mul(v128.load(x + j), v128.load(gain + j));
      v128.store(output + j, f32x4.add(scaled, v128.load(bias + j)));
    }
    if (rest) {
      const scaled = f32x4.mul(loadPart(x + whole, rest), loadPart(gain + whole, rest));
      storePart(output + whole, f32x4.add(scaled, loadPart(bias + whole, rest)), rest);
    }
    x += columns << 2;
    output += columns << 2;
  }
}

/** Rows that are added up one after another: of more, the sums of so many are, so that rounding does not grow with all. */
const BLOCK: i32 = 256;

/** sink ← Σ over the rows of a ⊙ b (+ sink). */
export function sumProductRows(rows: i32, columns: i32, a: usize, b: usize, sink: usize, add: i32): void {
  const bytes = columns << 2;
  if (rows == 0 && !add) memory.fill(sink, 0, bytes);
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const isAdded = add | i32(first > 0);
    for (let j = 0; j < bytes; j += 16) {
      const part = min(4, (bytes - j) >> 2);
      let sum = f32x4.splat(0);
      let at = first * bytes + j;
      for (let i = 0; i < count; i++) {
        const product =
          part == 4
            ? f32x4.mul(v128.load(a + at), v128.load(b + at))
            : f32x4.mul(loadPart(a + at, part), loadPart(b + at, part));
        sum = f32x4.add(sum, product);
        at += bytes;
      }
      if (part == 4) put(sink + j, sum, isAdded);
      else putPart(sink + j, sum, isAdded, part);
    }
  }
}
