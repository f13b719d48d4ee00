/** Rows of a matrix that indices name, as an embedding's. */
import { loadPart, madd, storePart } from '../simd';

/** Row indices[i] of the sink ← itself + factor·rows[i], one after another; a negative index counts nothing. */
export function addRowsAt(
  count: i32,
  width: i32,
  indices: usize,
  rows: usize,
  rowsRow: i32,
  sink: usize,
  factor: f32,
): void {
  const factors = f32x4.splat(factor);
  const whole = (width & ~3) << 2;
  const rest = width & 3;
  for (let i = 0; i < count; i++) {
    const index = load<i32>(indices + (i << 2));
    if (index >= 0) {
      const to = sink + <usize>index * width * 4;
      for (let j = 0; j < whole; j += 16) {
        v128.store(to + j, madd(factors, v128.load(rows + j), v128.load(to + j)));
      }
      if (rest) {
        const last = madd(factors, loadPart(rows + whole, rest), loadPart(to + whole, rest));
        storePart(to + whole, last, rest);
      }
    }
    rows += rowsRow;
  }
}
