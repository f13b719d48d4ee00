/**
 * The rows of a matrix that a vector picks: those whose factor is not zero. An input that is zero costs nothing, in the
 * product and in the update alike; so 0·∞ and 0·NaN are taken as 0 there.
 */
import { nonzero } from '../simd';

/** Bytes of an entry of a list of rows: the row's address, then its factor. */
export const ENTRY: i32 = 8;

/** Bytes of scratch for a list of so many rows. */
export function listScratch(rows: i32): i32 {
  return rows * ENTRY;
}

/** Columns up to which a row is kept in registers whole. */
export const NARROW: i32 = 16;

/**
 * Lists the rows of a matrix whose factor in x is not zero, each with factor·x; answers the list's end. The list has
 * room for all rows. Entries are written whether wanted or not and the end moves only past the wanted ones: no branch
 * on the data is there to be mispredicted.
 */
export function listRows(length: i32, x: usize, factor: f32, matrix: usize, stride: i32, list: usize): usize {
  const whole = x + ((length & ~3) << 2);
  const end = x + (length << 2);
  const factors = f32x4.splat(factor);
  const step = i32x4.splat(stride << 2);
  let rows = i32x4.add(i32x4.splat(matrix as i32), i32x4(0, stride, 2 * stride, 3 * stride));
  for (; x < whole; x += 16) {
    const values = v128.load(x);
    const wanted = i32x4.bitmask(nonzero(values));
    const scaled = f32x4.mul(values, factors);
    const low = v128.shuffle<f32>(rows, scaled, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(rows, scaled, 2, 6, 3, 7);
    v128.store64_lane(list, low, 0);
    list += (wanted & 1) << 3;
    v128.store64_lane(list, low, 1);
    list += (wanted & 2) << 2;
    v128.store64_lane(list, high, 0);
    list += (wanted & 4) << 1;
    v128.store64_lane(list, high, 1);
    list += wanted & 8;
    rows = i32x4.add(rows, step);
  }
  matrix += (length & ~3) * stride;
  for (; x < end; x += 4) {
    list = listRow(load<f32>(x), factor, matrix, list);
    matrix += stride;
  }
  return list;
}

/**
 * The same for every other block of so many rows, from the first on; for all rows where `block` is 0. Two threads that
 * take turns by blocks have as much to do each, wherever the zeros of a picture lie.
 */
export function listBlocks(
  length: i32,
  x: usize,
  factor: f32,
  matrix: usize,
  stride: i32,
  block: i32,
  list: usize,
): usize {
  if (block == 0) return listRows(length, x, factor, matrix, stride, list);
  for (; length > 0; length -= 2 * block) {
    list = listRows(min(block, length), x, factor, matrix, stride, list);
    x += block << 3;
    matrix += 2 * block * stride;
  }
  return list;
}

function listRow(x: f32, factor: f32, row: usize, list: usize): usize {
  store<u32>(list, row);
  store<f32>(list, x * factor, 4);
  return list + (u32(x != 0) << 3);
}

/** The same for numbers of x that lie `step` bytes apart. */
function listRowsApart(
  length: i32,
  x: usize,
  step: i32,
  factor: f32,
  matrix: usize,
  stride: i32,
  list: usize,
): usize {
  for (let i = 0; i < length; i++) {
    list = listRow(load<f32>(x), factor, matrix, list);
    x += step;
    matrix += stride;
  }
  return list;
}

/**
 * The same for four vectors whose numbers lie side by side, `step` bytes from one four to the next. Their lists are
 * `room` bytes apart; where each ends is written to `ends`.
 */
function listRowsAcross(
  length: i32,
  x: usize,
  step: i32,
  factor: f32,
  matrix: usize,
  stride: i32,
  list: usize,
  room: i32,
  ends: usize,
): void {
  const factors = f32x4.splat(factor);
  let l0 = list;
  let l1 = l0 + room;
  let l2 = l1 + room;
  let l3 = l2 + room;
  for (let i = 0; i < length; i++) {
    const values = v128.load(x);
    const wanted = i32x4.bitmask(nonzero(values));
    const scaled = f32x4.mul(values, factors);
    const row = i32x4.splat(matrix as i32);
    const low = v128.shuffle<f32>(row, scaled, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(row, scaled, 2, 6, 3, 7);
    v128.store64_lane(l0, low, 0);
    l0 += (wanted & 1) << 3;
    v128.store64_lane(l1, low, 1);
    l1 += (wanted & 2) << 2;
    v128.store64_lane(l2, high, 0);
    l2 += (wanted & 4) << 1;
    v128.store64_lane(l3, high, 1);
    l3 += wanted & 8;
    x += step;
    matrix += stride;
  }
  store<u32>(ends, l0);
  store<u32>(ends, l1, 4);
  store<u32>(ends, l2, 8);
  store<u32>(ends, l3, 12);
}

/** The same for each row of a matrix A: lists with room for `depth` entries, and where each ends. */
export function listRowsOfEach(
  rows: i32,
  depth: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  factor: f32,
  matrix: usize,
  stride: i32,
  lists: usize,
  ends: usize,
): void {
  const room = depth * ENTRY;
  let i = 0;
  if (aColumn != 4) {
    for (; i + 3 < rows; i += 4) {
      const x = a + (i << 2);
      listRowsAcross(depth, x, aColumn, factor, matrix, stride, lists + i * room, room, ends + (i << 2));
    }
  }
  for (; i < rows; i++) {
    const x = a + i * aRow;
    const list = lists + i * room;
    const end =
      aColumn == 4
        ? listRows(depth, x, factor, matrix, stride, list)
        : listRowsApart(depth, x, aColumn, factor, matrix, stride, list);
    store<u32>(ends + (i << 2), end);
  }
}

/**
 * A narrow row of 4 to 16 columns is four vectors; those that would reach beyond its end are moved back to end there,
 * where they overlap. Answers the byte offset of vector q.
 */
export function narrowOffset(columns: i32, q: i32): i32 {
  return min(q << 4, (columns - 4) << 2);
}

/** All ones in the lanes of vector q that no vector before it has: for sums that must take each column once. */
export function narrowMask(columns: i32, q: i32): v128 {
  const first = narrowOffset(columns, q) >> 2;
  return i32x4.ge_s(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), i32x4.splat(q << 2));
}
