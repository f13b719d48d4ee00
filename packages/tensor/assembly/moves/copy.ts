/** Copies, products and scalings of whole tensors. */
import { loadPart, put, putPart, storePart } from '../simd';

/** sink ← factor·source (+ sink). */
export function copy(length: i32, source: usize, sink: usize, factor: f32, add: i32): void {
  if (factor == 1 && !add) {
    // The addresses are checked even for no bytes, and an empty view may begin outside of the memory.
    if (length > 0) memory.copy(sink, source, length << 2);
    return;
  }
  const factors = f32x4.splat(factor);
  const end = source + ((length & ~3) << 2);
  while (source < end) {
    put(sink, f32x4.mul(v128.load(source), factors), add);
    source += 16;
    sink += 16;
  }
  const rest = length & 3;
  if (rest) putPart(sink, f32x4.mul(loadPart(source, rest), factors), add, rest);
}

/** The same between matrices of any strides. */
export function copyStrided(
  rows: i32,
  columns: i32,
  source: usize,
  sourceRow: i32,
  sourceColumn: i32,
  sink: usize,
  sinkRow: i32,
  sinkColumn: i32,
  factor: f32,
  add: i32,
): void {
  const isContiguous = sourceColumn == 4 && sinkColumn == 4;
  for (let i = 0; i < rows; i++) {
    if (isContiguous) {
      copy(columns, source, sink, factor, add);
      source += sourceRow;
      sink += sinkRow;
      continue;
    }
    let from = source;
    let to = sink;
    for (let j = 0; j < columns; j++) {
      const value = load<f32>(from) * factor;
      store<f32>(to, add ? load<f32>(to) + value : value);
      from += sourceColumn;
      to += sinkColumn;
    }
    source += sourceRow;
    sink += sinkRow;
  }
}

/** sink ← a ⊙ b (+ sink). */
export function multiply(length: i32, a: usize, b: usize, sink: usize, add: i32): void {
  const end = a + ((length & ~3) << 2);
  while (a < end) {
    put(sink, f32x4.mul(v128.load(a), v128.load(b)), add);
    a += 16;
    b += 16;
    sink += 16;
  }
  const rest = length & 3;
  if (rest) putPart(sink, f32x4.mul(loadPart(a, rest), loadPart(b, rest)), add, rest);
}

/** x ← factor·x. */
export function scale(length: i32, x: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  const end = x + ((length & ~3) << 2);
  while (x < end) {
    v128.store(x, f32x4.mul(v128.load(x), factors));
    x += 16;
  }
  const rest = length & 3;
  if (rest) storePart(x, f32x4.mul(loadPart(x, rest), factors), rest);
}
