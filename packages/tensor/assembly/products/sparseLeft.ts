/**
 * The matrix product that leaves out what is zero in A, as in pictures or after relu: to each row of C are added the rows
 * of B whose factor is not zero. Block by block of k, so that the second cache holds the rows of B, where they have no more
 * than some hundreds of columns, while all rows of A pick from them.
 *
 * Each element of C is the same chain of additions as by tiles, without those of zeros.
 */

import { begin } from './begin';
import { BLOCK_ROWS, blockDepth } from './blocks';
import { pack } from './pack';
import { ENTRY, listRowsOfEach } from './rows';
import { addRows } from './vectorMatrix';

/** Columns of B in a panel: where its rows are not contiguous, so many columns are packed at a time. */
export const PANEL_COLUMNS: i32 = 64;
const PANEL_ROW: i32 = PANEL_COLUMNS << 2;

/** Bytes of scratch that `multiplySparseLeft` needs for [m, k] · [k, n]: a panel, a list for each row, and where it ends. */
export function sparseLeftScratch(m: i32, k: i32): i32 {
  const depth = blockDepth(k);
  return depth * PANEL_ROW + min(m, BLOCK_ROWS) * (depth * ENTRY + 4);
}

/** `matmul` without what is zero in A, which is contiguous one way or the other. */
export function multiplySparseLeft(
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
  const lists = scratch + step * PANEL_ROW;
  const ends = lists + min(m, BLOCK_ROWS) * step * ENTRY;
  const isPacked = bColumn != 4;
  const panel = isPacked ? PANEL_COLUMNS : n;
  for (let p = 0; p < k; p += step) {
    const depth = min(step, k - p);
    const block = b + p * bRow;
    const from = isPacked ? scratch : block;
    const stride = isPacked ? PANEL_ROW : bRow;
    for (let i = 0; i < m; i += BLOCK_ROWS) {
      const rows = min(BLOCK_ROWS, m - i);
      const to = c + i * cRow;
      listRowsOfEach(
        rows,
        depth,
        a + i * aRow + p * aColumn,
        aRow,
        aColumn,
        factor,
        from,
        stride,
        lists,
        ends,
      );
      for (let j = 0; j < n; j += panel) {
        const columns = min(panel, n - j);
        if (isPacked) pack(panel, columns, depth, block + j * bColumn, bColumn, bRow, 1, scratch);
        addBlock(rows, columns, depth, lists, ends, to + (j << 2), cRow);
      }
    }
  }
}

/** Adds to each row of C the rows that its list names. */
function addBlock(rows: i32, columns: i32, depth: i32, lists: usize, ends: usize, c: usize, cRow: i32): void {
  for (let i = 0; i < rows; i++) {
    addRows(columns, lists, load<u32>(ends), c, c);
    lists += depth * ENTRY;
    ends += 4;
    c += cRow;
  }
}
