/** Which way to multiply is the fastest, by how many numbers of the operands are zero. */

import { loadPart, nonzero } from '../simd';
import { roundUp } from './blocks';
import { NARROW } from './rows';
import { PANEL_COLUMNS } from './sparseLeft';

/** By tiles, without what is zero in A, without what is zero in B. */
export const TILES: i32 = 0;
export const SPARSE_LEFT: i32 = 1;
export const SPARSE_RIGHT: i32 = 2;

/** Rows of C, and steps of k, from which it is worth to look for zeros in B. */
const LEAST_ROWS: i32 = 64;
const LEAST_DEPTH: i32 = 8;

/**
 * The fastest way for A [m, k] and B [k, n].
 *
 * A number costs less in a tile; but tiles take rows of A by fours, packing B costs as much as three rows more, and reading and
 * writing C as much as three more steps of k. Where B's rows are not contiguous it is packed to leave out zeros of A too, which few
 * columns are not worth: each list of rows is walked for a panel, however many columns are in it.
 *
 * Zeros of B are looked for where both are stored by steps of k, as the examples of a minibatch are in the gradient of a weight: to
 * count those of a weight would cost more than it could save.
 */
export function fastestWay(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
): i32 {
  const isPacked = bColumn != 4;
  if (isPacked && n <= NARROW) return TILES;
  if (aColumn != 4 && aRow != 4) return TILES;
  const count = aColumn == 4 ? countNonzero(m, k, a, aRow) : countNonzero(k, m, a, aColumn);
  const more = isPacked ? 0 : 3;
  const filled = f32(min(n, PANEL_COLUMNS)) / f32(PANEL_COLUMNS);
  const share: f32 = n <= NARROW ? 0.5 : isPacked ? 0.6 * filled : 0.75;
  const isSparse = f32(count) < share * f32(roundUp(m, 4) + more) * f32(k + more);
  if (aColumn == 4 || isPacked || n <= NARROW || m < LEAST_ROWS || k < LEAST_DEPTH)
    return isSparse ? SPARSE_LEFT : TILES;
  // For each number of C, in steps of a tile.
  const steps = isSparse ? 3 + (1.3 * f32(count)) / f32(m) : f32(k + 3);
  const right = 5 + (1.4 * f32(countNonzero(k, n, b, bRow))) / f32(n);
  return right < steps ? SPARSE_RIGHT : isSparse ? SPARSE_LEFT : TILES;
}

/** How many numbers are not zero in rows that are contiguous. */
function countNonzero(rows: i32, columns: i32, x: usize, row: i32): i32 {
  let count = i32x4.splat(0);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (; rows > 0; rows--, x += row) {
    const end = x + whole;
    for (let at = x; at < end; at += 16) count = i32x4.sub(count, nonzero(v128.load(at)));
    if (rest) count = i32x4.sub(count, nonzero(loadPart(end, rest)));
  }
  const pairs = i32x4.add(count, v128.shuffle<i32>(count, count, 2, 3, 2, 3));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
