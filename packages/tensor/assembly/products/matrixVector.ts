/** Matrix times vector, a scalar product per row: output ← factor·W·x (+ output). */

import { loadPart, madd, put, putPart, sumLanes4 } from '../simd';
import { ENTRY, listBlocks, NARROW, narrowMask, narrowOffset } from './rows';

/** @param block 0, or a number of rows: every other block of so many is left out */
export function matrixVector(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
  block: i32,
): void {
  if (block == 0) block = rows;
  for (; rows > 0; rows -= 2 * block) {
    multiply(min(block, rows), columns, matrix, stride, x, output, factor, add);
    matrix += 2 * block * stride;
    output += block << 3;
  }
}

/**
 * output ← factor·W·x (+ output) in the rows whose number in `where` is not 0; in the others 0, or what there was. Each sum is
 * that of `matrixVector`.
 *
 * @param columns more than `NARROW`
 * @param block 0, or a number of rows: every other block of so many is left out, as if it were not there
 * @param scratch room for `rows` entries of a list
 */
export function matrixVectorWhere(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
  where: usize,
  block: i32,
  scratch: usize,
): void {
  if (!add) {
    const length = block == 0 ? rows : block;
    for (let i = 0; i < rows; i += 2 * length) {
      memory.fill(output + (i << 2), 0, min(length, rows - i) << 2);
    }
  }
  const end = listBlocks(rows, where, 1, matrix, stride, block, scratch);
  for (let list = scratch; list < end; list += 4 * ENTRY) {
    const r0 = load<u32>(list) as usize;
    const r1 = list + ENTRY < end ? (load<u32>(list, ENTRY) as usize) : r0;
    const r2 = list + 2 * ENTRY < end ? (load<u32>(list, 2 * ENTRY) as usize) : r0;
    const r3 = list + 3 * ENTRY < end ? (load<u32>(list, 3 * ENTRY) as usize) : r0;
    const products = f32x4.mul(wideProducts(columns, r0, r1, r2, r3, x), f32x4.splat(factor));
    putNumber(output, matrix, stride, r0, f32x4.extract_lane(products, 0), add);
    if (r1 != r0) putNumber(output, matrix, stride, r1, f32x4.extract_lane(products, 1), add);
    if (r2 != r0) putNumber(output, matrix, stride, r2, f32x4.extract_lane(products, 2), add);
    if (r3 != r0) putNumber(output, matrix, stride, r3, f32x4.extract_lane(products, 3), add);
  }
}

/** The number of one row of the matrix. */
function putNumber(output: usize, matrix: usize, stride: i32, row: usize, number: f32, add: i32): void {
  const at = output + (((row - matrix) / stride) << 2);
  store<f32>(at, add ? load<f32>(at) + number : number);
}

/** Four rows at a time share the loads of x; where fewer are left over at the end, the last one is taken again. */
function multiply(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
): void {
  if (columns < 4) few(rows, columns, matrix, stride, x, output, factor, add);
  else if (columns <= NARROW) narrow(rows, columns, matrix, stride, x, output, factor, add);
  else wide(rows, columns, matrix, stride, x, output, factor, add);
}

/** The row after, as long as `rest` rows say that there is one. */
function next(row: usize, stride: i32, rest: i32): usize {
  return rest > 0 ? row + stride : row;
}

function putSums(output: usize, sums: v128, factor: f32, add: i32, rest: i32): void {
  const products = f32x4.mul(sums, f32x4.splat(factor));
  if (rest >= 4) put(output, products, add);
  else putPart(output, products, add, rest);
}

/** 1 to 3 columns. */
function few(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
): void {
  const part = loadPart(x, columns);
  for (let rest = rows; rest > 0; rest -= 4) {
    const r1 = next(matrix, stride, rest - 1);
    const r2 = next(r1, stride, rest - 2);
    const r3 = next(r2, stride, rest - 3);
    const sums = sumLanes4(
      f32x4.mul(loadPart(matrix, columns), part),
      f32x4.mul(loadPart(r1, columns), part),
      f32x4.mul(loadPart(r2, columns), part),
      f32x4.mul(loadPart(r3, columns), part),
    );
    putSums(output, sums, factor, add, rest);
    matrix = r3 + stride;
    output += 16;
  }
}

/** 4 to 16 columns: x stays in four registers. The masks keep infinite weights out of lanes counted elsewhere. */
function narrow(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
): void {
  const o1 = narrowOffset(columns, 1);
  const o2 = narrowOffset(columns, 2);
  const o3 = narrowOffset(columns, 3);
  const m1 = narrowMask(columns, 1);
  const m2 = narrowMask(columns, 2);
  const m3 = narrowMask(columns, 3);
  const x0 = v128.load(x);
  const x1 = v128.load(x + o1);
  const x2 = v128.load(x + o2);
  const x3 = v128.load(x + o3);
  if (columns <= 12) {
    // Ten classes are the commonest narrow layer; a fourth vector would take a quarter of the time for nothing.
    for (let rest = rows; rest > 0; rest -= 4) {
      const r1 = next(matrix, stride, rest - 1);
      const r2 = next(r1, stride, rest - 2);
      const r3 = next(r2, stride, rest - 3);
      const sums = sumLanes4(
        narrowProduct3(matrix, o1, o2, m1, m2, x0, x1, x2),
        narrowProduct3(r1, o1, o2, m1, m2, x0, x1, x2),
        narrowProduct3(r2, o1, o2, m1, m2, x0, x1, x2),
        narrowProduct3(r3, o1, o2, m1, m2, x0, x1, x2),
      );
      putSums(output, sums, factor, add, rest);
      matrix = r3 + stride;
      output += 16;
    }
    return;
  }
  for (let rest = rows; rest > 0; rest -= 4) {
    const r1 = next(matrix, stride, rest - 1);
    const r2 = next(r1, stride, rest - 2);
    const r3 = next(r2, stride, rest - 3);
    const sums = sumLanes4(
      narrowProduct(matrix, o1, o2, o3, m1, m2, m3, x0, x1, x2, x3),
      narrowProduct(r1, o1, o2, o3, m1, m2, m3, x0, x1, x2, x3),
      narrowProduct(r2, o1, o2, o3, m1, m2, m3, x0, x1, x2, x3),
      narrowProduct(r3, o1, o2, o3, m1, m2, m3, x0, x1, x2, x3),
    );
    putSums(output, sums, factor, add, rest);
    matrix = r3 + stride;
    output += 16;
  }
}

function narrowProduct3(
  row: usize,
  o1: i32,
  o2: i32,
  m1: v128,
  m2: v128,
  x0: v128,
  x1: v128,
  x2: v128,
): v128 {
  const p0 = f32x4.mul(v128.load(row), x0);
  const p1 = v128.and(f32x4.mul(v128.load(row + o1), x1), m1);
  const p2 = v128.and(f32x4.mul(v128.load(row + o2), x2), m2);
  return f32x4.add(f32x4.add(p0, p1), p2);
}

function narrowProduct(
  row: usize,
  o1: i32,
  o2: i32,
  o3: i32,
  m1: v128,
  m2: v128,
  m3: v128,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
): v128 {
  const p0 = f32x4.mul(v128.load(row), x0);
  const p1 = v128.and(f32x4.mul(v128.load(row + o1), x1), m1);
  const p2 = v128.and(f32x4.mul(v128.load(row + o2), x2), m2);
  const p3 = v128.and(f32x4.mul(v128.load(row + o3), x3), m3);
  return f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3));
}

/** More columns: two vectors of each row per round, in sums of their own. */
function wide(
  rows: i32,
  columns: i32,
  matrix: usize,
  stride: i32,
  x: usize,
  output: usize,
  factor: f32,
  add: i32,
): void {
  for (let rest = rows; rest > 0; rest -= 4) {
    const r1 = next(matrix, stride, rest - 1);
    const r2 = next(r1, stride, rest - 2);
    const r3 = next(r2, stride, rest - 3);
    putSums(output, wideProducts(columns, matrix, r1, r2, r3, x), factor, add, rest);
    matrix = r3 + stride;
    output += 16;
  }
}

function wideProducts(columns: i32, r0: usize, r1: usize, r2: usize, r3: usize, x: usize): v128 {
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
