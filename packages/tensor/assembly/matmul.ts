/**
 * Matrix product C ← initial + factor·A·B: both operands are packed, block by block, into panels that the micro-kernel
 * reads straight through, whatever their strides were. Where much of A is zero, as in pictures or after relu, what is
 * zero is left out instead.
 *
 * Each element of C is one chain of additions over k from the first to the last, begun with `initial`; blocks, tiles
 * and what is left out do not change it, so the bits depend on the numbers alone.
 *
 * @see Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
 */
import { countNonzero, ENTRY, listRows, listRowsApart } from './rows';
import { madd } from './simd';
import { addRows } from './vectorMatrix';

/**
 * Rows and columns of the tile that the micro-kernel holds in registers: 8 of the 16, because two are taken by columns
 * of B, one each by a number of A and a product, and engines keep some for themselves. More would spill.
 */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** Of each operand, what is packed at a time: a block of A and one of B fit the second cache together. */
const BLOCK_ROWS: i32 = 128;
const BLOCK_COLUMNS: i32 = 256;
const BLOCK_DEPTH: i32 = 256;
/** Bytes of a tile at the edge of C, worked on outside of C. */
const TILE_BYTES: i32 = TILE_ROWS * TILE_COLUMNS * 4;

function roundUp(length: i32, multiple: i32): i32 {
  return ((length + multiple - 1) / multiple) * multiple;
}

/** Bytes of scratch that `matmul` needs for [m, k] · [k, n]. */
export function matmulScratch(m: i32, n: i32, k: i32): i32 {
  const rows = min(roundUp(m, TILE_ROWS), BLOCK_ROWS);
  const columns = min(roundUp(n, TILE_COLUMNS), BLOCK_COLUMNS);
  return max(k * ENTRY, TILE_BYTES + min(k, BLOCK_DEPTH) * (rows + columns) * 4);
}

/**
 * @param a an operand [m, k] at any strides; so is `b` [k, n]; the rows of `c` [m, n] are contiguous
 * @param initial a row that every row of C begins with, as a bias; 0 for zeros, `c` for what C holds
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
  if (m == 0 || n == 0) return;
  if (bColumn == 4 && isSparse(m, k, a, aRow, aColumn)) {
    multiplySparse(m, n, k, a, aRow, aColumn, b, bRow, c, cRow, initial, factor, scratch);
    return;
  }
  if (initial != c) begin(m, n, c, cRow, initial);
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + min(k, BLOCK_DEPTH) * min(roundUp(m, TILE_ROWS), BLOCK_ROWS) * 4;
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - j);
    for (let p = 0; p < k; p += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, k - p);
      pack(TILE_COLUMNS, columns, depth, b + p * bRow + j * bColumn, bColumn, bRow, 1, packedB);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        pack(TILE_ROWS, rows, depth, a + i * aRow + p * aColumn, aRow, aColumn, factor, packedA);
        multiplyBlock(rows, columns, depth, packedA, packedB, c + i * cRow + (j << 2), cRow, scratch);
      }
    }
  }
}

/**
 * Whether so much of A is zero that taking the rows of B one by one, for its other numbers alone, beats the tiles. A
 * number costs about twice as much that way as in a tile; but tiles take rows of A by fours, and packing B costs as much
 * as three more.
 */
function isSparse(m: i32, k: i32, a: usize, aRow: i32, aColumn: i32): bool {
  let count = 0;
  if (aColumn == 4) for (let i = 0; i < m; i++) count += countNonzero(k, a + i * aRow);
  else if (aRow == 4) for (let p = 0; p < k; p++) count += countNonzero(m, a + p * aColumn);
  else return false;
  return f32(count) < 0.55 * f32(roundUp(m, TILE_ROWS) + 3) * f32(k);
}

/** The same product row by row of C, as the sum of the rows of B whose factor in A is not zero. */
function multiplySparse(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  initial: usize,
  factor: f32,
  list: usize,
): void {
  for (let i = 0; i < m; i++) {
    const end =
      aColumn == 4
        ? listRows(k, a, factor, b, bRow, list)
        : listRowsApart(k, a, aColumn, factor, b, bRow, list);
    const adds = initial == c;
    addRows(n, list, end, initial, c);
    if (adds) initial += cRow;
    a += aRow;
    c += cRow;
  }
}

/** Each row of C ← the row `initial`; zeros for 0. */
export function begin(m: i32, n: i32, c: usize, cRow: i32, initial: usize): void {
  for (let i = 0; i < m; i++) {
    if (initial) memory.copy(c, initial, n << 2);
    else memory.fill(c, 0, n << 2);
    c += cRow;
  }
}

/**
 * Packs `count` lines of an operand (rows of A, columns of B) into panels of `width` lines: for each step of k, the
 * panel's numbers side by side. Lines missing from the last panel are zeros.
 *
 * @param line from one line to the next; `step` from one k to the next
 */
function pack(
  width: i32,
  count: i32,
  depth: i32,
  from: usize,
  line: i32,
  step: i32,
  factor: f32,
  to: usize,
): void {
  const panelRow = width << 2;
  for (let first = 0; first < count; first += width) {
    for (let group = 0; group < width; group += 4) {
      const lines = min(4, count - first - group);
      const source = from + (first + group) * line;
      const target = to + (group << 2);
      if (lines == 4 && line == 4) packAcross(depth, source, step, factor, target, panelRow);
      else if (lines == 4 && step == 4) packAlong(depth, source, line, factor, target, panelRow);
      else packAny(lines, depth, source, line, step, factor, target, panelRow);
    }
    to += depth * panelRow;
  }
}

/** Four lines that lie side by side: a vector is a step. */
function packAcross(depth: i32, from: usize, step: i32, factor: f32, to: usize, panelRow: i32): void {
  const factors = f32x4.splat(factor);
  for (let p = 0; p < depth; p++) {
    v128.store(to, f32x4.mul(v128.load(from), factors));
    from += step;
    to += panelRow;
  }
}

/** Four lines that are each contiguous: four steps of them are a 4×4 block to transpose. */
function packAlong(depth: i32, from: usize, line: i32, factor: f32, to: usize, panelRow: i32): void {
  const factors = f32x4.splat(factor);
  const l1 = from + line;
  const l2 = l1 + line;
  const l3 = l2 + line;
  const whole = (depth & ~3) << 2;
  for (let p = 0; p < whole; p += 16) {
    const a = f32x4.mul(v128.load(from + p), factors);
    const b = f32x4.mul(v128.load(l1 + p), factors);
    const c = f32x4.mul(v128.load(l2 + p), factors);
    const d = f32x4.mul(v128.load(l3 + p), factors);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
    v128.store(to + panelRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
    v128.store(to + 2 * panelRow, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
    v128.store(to + 3 * panelRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
    to += 4 * panelRow;
  }
  if (depth & 3) packAny(4, depth & 3, from + whole, line, 4, factor, to, panelRow);
}

/** Up to four lines at any strides; the lines that are missing become zeros. */
function packAny(
  lines: i32,
  depth: i32,
  from: usize,
  line: i32,
  step: i32,
  factor: f32,
  to: usize,
  panelRow: i32,
): void {
  for (let p = 0; p < depth; p++) {
    for (let i = 0; i < 4; i++) {
      store<f32>(to + (i << 2), i < lines ? load<f32>(from + i * line) * factor : 0);
    }
    from += step;
    to += panelRow;
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
