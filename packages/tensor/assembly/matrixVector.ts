/** Matrix times vector, a scalar product per row: output ← factor·W·x (+ output). */
import { NARROW, narrowMask, narrowOffset } from './rows';
import { loadPart, madd, put, putPart, sumLanes4 } from './simd';

/** Four scalar products at a time share the loads of x; the rows left over at the end repeat the last one. */
export function matrixVector(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: bool,
): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < rows; i += 4) {
    const rest = rows - i;
    const r1 = rest > 1 ? matrix + stride : matrix;
    const r2 = rest > 2 ? r1 + stride : r1;
    const r3 = rest > 3 ? r2 + stride : r2;
    const sums =
      columns < 4
        ? few(columns, matrix, r1, r2, r3, x)
        : columns <= NARROW
          ? narrow(columns, matrix, r1, r2, r3, x)
          : wide(columns, matrix, r1, r2, r3, x);
    if (rest >= 4) put(output, f32x4.mul(sums, factors), add);
    else putPart(output, f32x4.mul(sums, factors), add, rest);
    matrix = r3 + stride;
    output += 16;
  }
}

/** 1 to 3 columns. */
function few(columns: i32, r0: usize, r1: usize, r2: usize, r3: usize, x: usize): v128 {
  const part = loadPart(x, columns);
  return sumLanes4(
    f32x4.mul(loadPart(r0, columns), part),
    f32x4.mul(loadPart(r1, columns), part),
    f32x4.mul(loadPart(r2, columns), part),
    f32x4.mul(loadPart(r3, columns), part),
  );
}

/** 4 to 16 columns. */
function narrow(columns: i32, r0: usize, r1: usize, r2: usize, r3: usize, x: usize): v128 {
  return sumLanes4(
    narrowProduct(columns, r0, x),
    narrowProduct(columns, r1, x),
    narrowProduct(columns, r2, x),
    narrowProduct(columns, r3, x),
  );
}

function narrowProduct(columns: i32, row: usize, x: usize): v128 {
  const o1 = narrowOffset(columns, 1);
  const o2 = narrowOffset(columns, 2);
  const o3 = narrowOffset(columns, 3);
  const p0 = f32x4.mul(v128.load(row), v128.load(x));
  const p1 = v128.and(f32x4.mul(v128.load(row + o1), v128.load(x + o1)), narrowMask(columns, 1));
  const p2 = v128.and(f32x4.mul(v128.load(row + o2), v128.load(x + o2)), narrowMask(columns, 2));
  const p3 = v128.and(f32x4.mul(v128.load(row + o3), v128.load(x + o3)), narrowMask(columns, 3));
  return f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3));
}

/** More columns: two vectors of each row per round, in sums of their own. */
function wide(columns: i32, r0: usize, r1: usize, r2: usize, r3: usize, x: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  const pairs = (columns & ~7) << 2;
  let j = 0;
  for (; j < pairs; j += 32) {
    const xa = v128.load(x + j);
    a0 = madd(v128.load(r0 + j), xa, a0);
    a1 = madd(v128.load(r1 + j), xa, a1);
    a2 = madd(v128.load(r2 + j), xa, a2);
    a3 = madd(v128.load(r3 + j), xa, a3);
    const xb = v128.load(x + j, 16);
    b0 = madd(v128.load(r0 + j, 16), xb, b0);
    b1 = madd(v128.load(r1 + j, 16), xb, b1);
    b2 = madd(v128.load(r2 + j, 16), xb, b2);
    b3 = madd(v128.load(r3 + j, 16), xb, b3);
  }
  if (columns & 4) {
    const xa = v128.load(x + j);
    a0 = madd(v128.load(r0 + j), xa, a0);
    a1 = madd(v128.load(r1 + j), xa, a1);
    a2 = madd(v128.load(r2 + j), xa, a2);
    a3 = madd(v128.load(r3 + j), xa, a3);
    j += 16;
  }
  const rest = columns & 3;
  if (rest) {
    const xb = loadPart(x + j, rest);
    b0 = madd(loadPart(r0 + j, rest), xb, b0);
    b1 = madd(loadPart(r1 + j, rest), xb, b1);
    b2 = madd(loadPart(r2 + j, rest), xb, b2);
    b3 = madd(loadPart(r3 + j, rest), xb, b3);
  }
  return sumLanes4(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3));
}
