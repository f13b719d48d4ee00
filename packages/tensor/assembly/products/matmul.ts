/**
 * Matrix product C ← initial + factor·A·B: both operands are packed, block by block, into panels that the micro-kernel
 * reads straight through, whatever their strides were. Where much of A is zero, as in pictures or after relu, or of B, as in
 * gradients before it, what is zero is left out instead.
 *
 * Each element of C is one chain of additions over k from the first to the last, begun with `initial`; blocks and tiles do
 * not change it. What is left out adds 0, unless it meets ∞ or NaN; only the sign of a zero may tell.
 *
 * @see Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
 */

import { madd } from '../simd';
import { begin } from './begin';
import { BLOCK_ROWS, blockDepth, roundUp } from './blocks';
import { fastestWay, SPARSE_LEFT, SPARSE_RIGHT } from './fastestWay';
import { pack } from './pack';
import { multiplySparseLeft, sparseLeftScratch } from './sparseLeft';
import { multiplySparseRight, sparseRightScratch } from './sparseRight';

/**
 * Rows and columns of the tile that the micro-kernel holds in registers: 8 of the 16, because two are taken by columns
 * of B, one each by a number of A and a product, and engines keep some for themselves. More would spill.
 */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** Columns of B that are multiplied at a time: a packed block of A and one of B fit the second cache together. */
const BLOCK_COLUMNS: i32 = 256;
/** Bytes of a step of k in a packed panel of B. */
const PANEL_STEP: i32 = TILE_COLUMNS * 4;
/** Rows of A up to which packing B costs more than it saves. */
const FEW_ROWS: i32 = 32;
/** Rows of B that lie a multiple of so many bytes apart push each other out of the first cache. */
const CACHE_STRIDE: i32 = 4096;
/** Bytes of a tile at the edge of C, worked on outside of C. */
const TILE_BYTES: i32 = TILE_ROWS * TILE_COLUMNS * 4;

/** Bytes of scratch that `matmul` needs for [m, k] · [k, n]. */
export function matmulScratch(m: i32, n: i32, k: i32): i32 {
  const rows = min(roundUp(m, TILE_ROWS), BLOCK_ROWS);
  const columns = min(roundUp(n, TILE_COLUMNS), BLOCK_COLUMNS);
  const sparse = max(sparseLeftScratch(m, k), sparseRightScratch(m, n, k));
  return max(sparse, TILE_BYTES + blockDepth(k) * (rows + columns) * 4);
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
  const way = fastestWay(m, n, k, a, aRow, aColumn, b, bRow, bColumn);
  if (way == SPARSE_LEFT) {
    multiplySparseLeft(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, initial, factor, scratch);
  } else if (way == SPARSE_RIGHT) {
    multiplySparseRight(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, initial, factor, scratch);
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
  // Of A·Aᵀ the tiles above the diagonal are those below it; a factor is taken with A alone, so that it rounds the two differently.
  const isSymmetric = a == b && aRow == bColumn && aColumn == bRow && m == n && initial == 0 && factor == 1;
  const step = blockDepth(k);
  const inPlace = m <= FEW_ROWS && bColumn == 4 && (bRow & (CACHE_STRIDE - 1)) != 0;
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + step * min(roundUp(m, TILE_ROWS), BLOCK_ROWS) * 4;
  let j = 0;
  while (j < n) {
    // Of a panel that is not whole, nothing may be read beyond its columns.
    const here = inPlace && n - j >= TILE_COLUMNS;
    const columns = min(BLOCK_COLUMNS, here ? (n - j) & ~(TILE_COLUMNS - 1) : n - j);
    for (let p = 0; p < k; p += step) {
      const depth = min(step, k - p);
      const from = b + p * bRow + j * bColumn;
      if (!here) pack(TILE_COLUMNS, columns, depth, from, bColumn, bRow, 1, packedB);
      const block = here ? from : packedB;
      const bStep = here ? bRow : PANEL_STEP;
      const panel = here ? PANEL_STEP : depth * PANEL_STEP;
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        const to = c + i * cRow + (j << 2);
        const lastColumn = isSymmetric ? i - j + TILE_ROWS - 1 : columns;
        pack(TILE_ROWS, rows, depth, a + i * aRow + p * aColumn, aRow, aColumn, factor, packedA);
        multiplyBlock(rows, columns, depth, packedA, block, bStep, panel, to, cRow, lastColumn, scratch);
      }
    }
    j += columns;
  }
  if (isSymmetric) mirror(n, c, cRow);
}

/** Copies what is below the diagonal to above it. */
function mirror(n: i32, c: usize, cRow: i32): void {
  for (let i = 1; i < n; i++) {
    const row = c + i * cRow;
    for (let j = 0; j < i; j++) store<f32>(c + j * cRow + (i << 2), load<f32>(row + (j << 2)));
  }
}

/**
 * A packed block of A times one of B, a tile of C at a time.
 *
 * @param bStep bytes from one step of k to the next in a panel of B
 * @param panel bytes from one panel to the next
 * @param lastColumn where a tile of the first rows may begin; one of later rows, as many columns later
 */
function multiplyBlock(
  rows: i32,
  columns: i32,
  depth: i32,
  packedA: usize,
  b: usize,
  bStep: i32,
  panel: i32,
  c: usize,
  cRow: i32,
  lastColumn: i32,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS, b += panel) {
    for (let i = 0; i < rows; i += TILE_ROWS) {
      if (j > i + lastColumn) continue;
      const panelA = packedA + i * depth * 4;
      const at = c + i * cRow + (j << 2);
      const height = min(TILE_ROWS, rows - i);
      const width = min(TILE_COLUMNS, columns - j);
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        multiplyTile(depth, panelA, b, bStep, at, cRow);
      } else {
        copyTile(height, width, at, cRow, edge, TILE_COLUMNS * 4);
        multiplyTile(depth, panelA, b, bStep, edge, TILE_COLUMNS * 4);
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
function multiplyTile(depth: i32, a: usize, b: usize, bStep: i32, c: usize, cRow: i32): void {
  const even = depth & ~1;
  multiplySteps(even, a, b, bStep, c, cRow);
  if (even != depth) multiplyStep(a + (even << 4), b + even * bStep, c, cRow);
}

/** An even number of steps: two a round share what a round costs. A step more here would make the engine run out of registers. */
function multiplySteps(depth: i32, a: usize, b: usize, bStep: i32, c: usize, cRow: i32): void {
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
    const b00 = v128.load(b);
    const b01 = v128.load(b, 16);
    const a00 = v128.load32_splat(a);
    s00 = madd(a00, b00, s00);
    s01 = madd(a00, b01, s01);
    const a01 = v128.load32_splat(a, 4);
    s10 = madd(a01, b00, s10);
    s11 = madd(a01, b01, s11);
    const a02 = v128.load32_splat(a, 8);
    s20 = madd(a02, b00, s20);
    s21 = madd(a02, b01, s21);
    const a03 = v128.load32_splat(a, 12);
    s30 = madd(a03, b00, s30);
    s31 = madd(a03, b01, s31);
    const b10 = v128.load(b + bStep);
    const b11 = v128.load(b + bStep, 16);
    const a10 = v128.load32_splat(a, 16);
    s00 = madd(a10, b10, s00);
    s01 = madd(a10, b11, s01);
    const a11 = v128.load32_splat(a, 20);
    s10 = madd(a11, b10, s10);
    s11 = madd(a11, b11, s11);
    const a12 = v128.load32_splat(a, 24);
    s20 = madd(a12, b10, s20);
    s21 = madd(a12, b11, s21);
    const a13 = v128.load32_splat(a, 28);
    s30 = madd(a13, b10, s30);
    s31 = madd(a13, b11, s31);
    a += 32;
    b += 2 * bStep;
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

function multiplyStep(a: usize, b: usize, c: usize, cRow: i32): void {
  const b0 = v128.load(b);
  const b1 = v128.load(b, 16);
  for (const end = a + 16; a < end; a += 4, c += cRow) {
    const x = v128.load32_splat(a);
    v128.store(c, madd(x, b0, v128.load(c)));
    v128.store(c, madd(x, b1, v128.load(c, 16)), 16);
  }
}
