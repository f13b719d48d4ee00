/**
 * Vector times matrix, row by row: output ← initial + Σᵢ (factor·xᵢ)·Wᵢ. Each output is one chain of additions from the
 * first row down, however many rows are taken at a time, so the bits depend on the numbers alone.
 */

import { loadPart, madd, storePart } from '../simd';
import { ENTRY, listBlocks, NARROW, narrowOffset } from './rows';

/**
 * @param initial a vector to begin with, as a bias; 0 for zeros, `output` for what the output holds
 * @param block 0, or a number of rows: every other block of so many is left out
 * @param scratch room for `rows` entries of a list
 */
export function vectorMatrix(
  rows: i32,
  columns: i32,
  x: usize,
  matrix: usize,
  stride: i32,
  initial: usize,
  output: usize,
  factor: f32,
  block: i32,
  scratch: usize,
): void {
  addRows(columns, scratch, listBlocks(rows, x, factor, matrix, stride, block, scratch), initial, output);
}

/** output ← initial + the sum of the rows listed, each times its factor. */
export function addRows(columns: i32, list: usize, end: usize, initial: usize, output: usize): void {
  if (columns < 4) {
    addFew(columns, list, end, initial, output);
  } else if (columns <= NARROW) {
    addNarrow(columns, list, end, initial, output);
  } else {
    if (initial == 0) memory.fill(output, 0, columns << 2);
    else if (initial != output) memory.copy(output, initial, columns << 2);
    addWide(columns, list, end, output);
  }
}

/** 1 to 3 columns: the output is part of one register. */
function addFew(columns: i32, list: usize, end: usize, initial: usize, output: usize): void {
  let sum = initial ? loadPart(initial, columns) : f32x4.splat(0);
  for (; list < end; list += ENTRY) {
    sum = madd(v128.load32_splat(list, 4), loadPart(load<u32>(list), columns), sum);
  }
  storePart(output, sum, columns);
}

/** 4 to 16 columns: the output stays in four registers. */
function addNarrow(columns: i32, list: usize, end: usize, initial: usize, output: usize): void {
  const o1 = narrowOffset(columns, 1);
  const o2 = narrowOffset(columns, 2);
  const o3 = narrowOffset(columns, 3);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  if (initial) {
    s0 = v128.load(initial);
    s1 = v128.load(initial + o1);
    s2 = v128.load(initial + o2);
    s3 = v128.load(initial + o3);
  }
  for (; list < end; list += ENTRY) {
    const row = load<u32>(list) as usize;
    const x = v128.load32_splat(list, 4);
    s0 = madd(x, v128.load(row), s0);
    s1 = madd(x, v128.load(row + o1), s1);
    s2 = madd(x, v128.load(row + o2), s2);
    s3 = madd(x, v128.load(row + o3), s3);
  }
  v128.store(output, s0);
  v128.store(output + o1, s1);
  v128.store(output + o2, s2);
  v128.store(output + o3, s3);
}

/** More columns: four rows per pass over the output, which the first cache holds. More would run out of registers. */
function addWide(columns: i32, list: usize, end: usize, output: usize): void {
  for (; list + 3 * ENTRY < end; list += 4 * ENTRY) addRows4(columns, list, output);
  for (; list < end; list += ENTRY) addRow(columns, list, output);
}

/**
 * Two vectors a round share the arithmetic of addresses. The last vector of the columns overlaps the one before where
 * they are no multiple of 4. It is worked out first and stored last, so its common lanes are added to once.
 */
function addRows4(columns: i32, list: usize, output: usize): void {
  const last = (columns - 4) << 2;
  let r0 = load<u32>(list) as usize;
  const x0 = v128.load32_splat(list, 4);
  let r1 = load<u32>(list, 8) as usize;
  const x1 = v128.load32_splat(list, 12);
  let r2 = load<u32>(list, 16) as usize;
  const x2 = v128.load32_splat(list, 20);
  let r3 = load<u32>(list, 24) as usize;
  const x3 = v128.load32_splat(list, 28);
  const finalAt = output + last;
  const final = addVectors4(finalAt, x0, r0 + last, x1, r1 + last, x2, r2 + last, x3, r3 + last);
  for (; output + 16 < finalAt; output += 32) {
    let sum = madd(x0, v128.load(r0), v128.load(output));
    let next = madd(x0, v128.load(r0, 16), v128.load(output, 16));
    sum = madd(x1, v128.load(r1), sum);
    next = madd(x1, v128.load(r1, 16), next);
    sum = madd(x2, v128.load(r2), sum);
    next = madd(x2, v128.load(r2, 16), next);
    sum = madd(x3, v128.load(r3), sum);
    next = madd(x3, v128.load(r3, 16), next);
    v128.store(output, sum);
    v128.store(output, next, 16);
    r0 += 32;
    r1 += 32;
    r2 += 32;
    r3 += 32;
  }
  if (output < finalAt) v128.store(output, addVectors4(output, x0, r0, x1, r1, x2, r2, x3, r3));
  v128.store(finalAt, final);
}

/** A vector of the output and those of four rows, added in turn. */
function addVectors4(
  output: usize,
  x0: v128,
  r0: usize,
  x1: v128,
  r1: usize,
  x2: v128,
  r2: usize,
  x3: v128,
  r3: usize,
): v128 {
  const sum = madd(x1, v128.load(r1), madd(x0, v128.load(r0), v128.load(output)));
  return madd(x3, v128.load(r3), madd(x2, v128.load(r2), sum));
}

function addRow(columns: i32, list: usize, output: usize): void {
  const last = (columns - 4) << 2;
  const row = load<u32>(list) as usize;
  const x = v128.load32_splat(list, 4);
  const final = madd(x, v128.load(row + last), v128.load(output + last));
  for (let j = 0; j < last; j += 16) {
    v128.store(output + j, madd(x, v128.load(row + j), v128.load(output + j)));
  }
  v128.store(output + last, final);
}
