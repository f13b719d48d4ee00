/**
 * Matrix product C ← initial + factor·A·B: both operands are packed, block by block, into panels that the micro-kernel
 * reads straight through, whatever their strides were. Where much of A is zero, as in pictures or after relu, what is
 * zero is left out instead.
 *
 * Each element of C is one chain of additions over k from the first to the last, begun with `initial`; blocks and tiles do
 * not change it. What is left out adds 0, unless it meets ∞ or NaN; only the sign of a zero may tell.
 *
 * @see Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
 */

import { madd } from '../simd';
import { begin } from './begin';
import { BLOCK_ROWS, blockDepth, roundUp } from './blocks';
import { pack } from './pack';
import { multiplySparse, skipsZeros, sparseScratch } from './sparseMatmul';

/**
 * Rows and columns of the tile that the micro-kernel holds in registers: 8 of the 16, because two are taken by columns
 * of B, one each by a number of A and a product, and engines keep some for themselves. More would spill.
 */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** Columns of B that are packed at a time: a block of A and one of B fit the second cache together. */
const BLOCK_COLUMNS: i32 = 256;
/** Bytes of a tile at the edge of C, worked on outside of C. */
const TILE_BYTES: i32 = TILE_ROWS * TILE_COLUMNS * 4;

/** Bytes of scratch that `matmul` needs for [m, k] · [k, n]. */
export function matmulScratch(m: i32, n: i32, k: i32): i32 {
  const rows = min(roundUp(m, TILE_ROWS), BLOCK_ROWS);
  const columns = min(roundUp(n, TILE_COLUMNS), BLOCK_COLUMNS);
  return max(sparseScratch(m, k), TILE_BYTES + blockDepth(k) * (rows + columns) * 4);
}

/**
 * C ← initial + factor·A·B, by tiles or without what is zero, whatever is faster. Two threads that share a product choose
 * once for both.
 *
 * @param a an operand [m, k] at any strides; so is `b` [k, n]; the rows of `c` [m, n] are contiguous
 * @param initial a row that every row of C begins with, as a bias; 0 for zeros, `c` for what C holds
 * @param scratch `matmulScratch` bytes
 */
export function matmul(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  initial: usize,
  factor: f32,
  scratch: usize,
): void {
  if (skipsZeros(m, n, k, a, aRow, aColumn, bColumn)) {
    multiplySparse(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, initial, factor, scratch);
  } else {
    multiplyTiles(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, initial, factor, scratch);
  }
}

/** `matmul` by tiles. */
export function multiplyTiles(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  initial: usize,
  factor: f32,
  scratch: usize,
): void {
  if (initial != c) begin(m, n, c, cRow, initial);
  const step = blockDepth(k);
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + step * min(roundUp(m, TILE_ROWS), BLOCK_ROWS) * 4;
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - j);
    for (let p = 0; p < k; p += step) {
      const depth = min(step, k - p);
      pack(TILE_COLUMNS, columns, depth, b + p * bRow + j * bColumn, bColumn, bRow, 1, packedB);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        pack(TILE_ROWS, rows, depth, a + i * aRow + p * aColumn, aRow, aColumn, factor, packedA);
        multiplyBlock(rows, columns, depth, packedA, packedB, c + i * cRow + (j << 2), cRow, scratch);
      }
    }
  }
}

/** A packed block of A times one of B, a tile of C at a time. */
function multiplyBlock(
  rows: i32,
  columns: i32,
  depth: i32,
  packedA: usize,
  packedB: usize,
  c: usize,
  cRow: i32,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    const panelB = packedB + j * depth * 4;
    for (let i = 0; i < rows; i += TILE_ROWS) {
      const panelA = packedA + i * depth * 4;
      const at = c + i * cRow + (j << 2);
      const height = min(TILE_ROWS, rows - i);
      const width = min(TILE_COLUMNS, columns - j);
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        multiplyTile(depth, panelA, panelB, at, cRow);
      } else {
        copyTile(height, width, at, cRow, edge, TILE_COLUMNS * 4);
        multiplyTile(depth, panelA, panelB, edge, TILE_COLUMNS * 4);
        copyTile(height, width, edge, TILE_COLUMNS * 4, at, cRow);
      }
    }
  }
}

function copyTile(height: i32, width: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width << 2; j += 4) store<f32>(to + j, load<f32>(from + j));
    from += fromRow;
    to += toRow;
  }
}

/** The micro-kernel: a 4×8 tile of C in eight registers, one outer product added per step of k. */
function multiplyTile(depth: i32, a: usize, b: usize, c: usize, cRow: i32): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  const end = a + (depth << 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    s00 = madd(a0, b0, s00);
    s01 = madd(a0, b1, s01);
    const a1 = v128.load32_splat(a, 4);
    s10 = madd(a1, b0, s10);
    s11 = madd(a1, b1, s11);
    const a2 = v128.load32_splat(a, 8);
    s20 = madd(a2, b0, s20);
    s21 = madd(a2, b1, s21);
    const a3 = v128.load32_splat(a, 12);
    s30 = madd(a3, b0, s30);
    s31 = madd(a3, b1, s31);
    a += 16;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
