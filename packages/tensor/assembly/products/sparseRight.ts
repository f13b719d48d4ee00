/**
 * The matrix product that leaves out what is zero in B, as in the gradient of a weight before relu: to each column of C are
 * added the columns of A whose factor is not zero. Columns are no vectors where rows are contiguous, so a block of A is
 * packed, and one of C is transposed and back, with what is added in the first cache.
 *
 * Each element of C is the same chain of additions as by tiles, without those of zeros.
 */

import { madd } from '../simd';
import { begin } from './begin';
import { blockDepth, roundUp } from './blocks';
import { pack } from './pack';
import { ENTRY, listRowsOfEach } from './rows';
import { transpose } from './transpose';

/** Rows of C that are held in registers, four vectors; with more, engines spill some. */
const TILE_ROWS: i32 = 16;
/** Most rows of C in a block. */
const BLOCK_ROWS: i32 = 112;
/** Columns of C in a block: what a row has of them are some lines of the cache, whole but for the ends. */
const BLOCK_COLUMNS: i32 = 64;
/** Columns of B that are listed at a time. */
const STRIP_COLUMNS: i32 = 512;

/** Bytes of scratch that `multiplySparseRight` needs: blocks of A and C, a list for each column, and where it ends. */
export function sparseRightScratch(m: i32, n: i32, k: i32): i32 {
  const depth = blockDepth(k);
  const row = min(roundUp(m, TILE_ROWS), BLOCK_ROWS) << 2;
  return (depth + BLOCK_COLUMNS) * row + min(n, STRIP_COLUMNS) * (depth * ENTRY + 4);
}

/** `matmul` without what is zero in B, whose rows are contiguous. */
export function multiplySparseRight(
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
  const packedRows = min(roundUp(m, TILE_ROWS), BLOCK_ROWS);
  const packedRow = packedRows << 2;
  const block = scratch + step * packedRow;
  const lists = block + BLOCK_COLUMNS * packedRow;
  const ends = lists + min(n, STRIP_COLUMNS) * step * ENTRY;
  for (let p = 0; p < k; p += step) {
    const depth = min(step, k - p);
    for (let j = 0; j < n; j += STRIP_COLUMNS) {
      const strip = min(STRIP_COLUMNS, n - j);
      listRowsOfEach(
        strip,
        depth,
        b + p * bRow + (j << 2),
        bColumn,
        bRow,
        1,
        scratch,
        packedRow,
        lists,
        ends,
      );
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        pack(packedRows, rows, depth, a + i * aRow + p * aColumn, aRow, aColumn, factor, scratch);
        for (let q = 0; q < strip; q += BLOCK_COLUMNS) {
          const columns = min(BLOCK_COLUMNS, strip - q);
          const at = c + i * cRow + ((j + q) << 2);
          transpose(rows, columns, at, cRow, block, packedRow);
          for (let r = 0; r < columns; r++) {
            const list = lists + (q + r) * depth * ENTRY;
            const end = load<u32>(ends + ((q + r) << 2));
            if (list < end) addPacked(rows, list, end, block + r * packedRow);
          }
          transpose(columns, rows, block, packedRow, at, cRow);
        }
      }
    }
  }
}

/** Adds the packed rows that are listed, each times its factor. */
function addPacked(length: i32, list: usize, end: usize, output: usize): void {
  for (let at = 0; at < length << 2; at += TILE_ROWS << 2) {
    let s0 = v128.load(output + at);
    let s1 = v128.load(output + at, 16);
    let s2 = v128.load(output + at, 32);
    let s3 = v128.load(output + at, 48);
    for (let entry = list; entry < end; entry += ENTRY) {
      const row = load<u32>(entry) + at;
      const x = v128.load32_splat(entry, 4);
      s0 = madd(x, v128.load(row), s0);
      s1 = madd(x, v128.load(row, 16), s1);
      s2 = madd(x, v128.load(row, 32), s2);
      s3 = madd(x, v128.load(row, 48), s3);
    }
    v128.store(output + at, s0);
    v128.store(output + at, s1, 16);
    v128.store(output + at, s2, 32);
    v128.store(output + at, s3, 48);
  }
}
