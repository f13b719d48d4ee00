/**
 * W ← W − α·x·dᵀ, the update by one example's outer product, straight from its two factors: rows whose x is zero are
 * not touched. A gradient that is written out is the same with one row, whose x is 1.
 */
import { ENTRY, listBlocks, NARROW, narrowOffset } from '../products/rows';
import { loadPart, nmadd, storePart } from '../simd';

/**
 * @param block 0, or a number of rows: every other block of so many is left out
 * @param scratch room for `rows` entries of a list
 */
export function sgd(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  rate: f32,
  block: i32,
  scratch: usize,
): void {
  const end = listBlocks(rows, x, rate, value, columns << 2, block, scratch);
  if (columns < 4) subtractFew(columns, scratch, end, d);
  else if (columns <= NARROW) subtractNarrow(columns, scratch, end, d);
  else subtractWide(columns, scratch, end, d);
}

/** 1 to 3 columns. */
function subtractFew(columns: i32, list: usize, end: usize, d: usize): void {
  const part = loadPart(d, columns);
  for (; list < end; list += ENTRY) {
    const row = load<u32>(list) as usize;
    storePart(row, nmadd(v128.load32_splat(list, 4), part, loadPart(row, columns)), columns);
  }
}

/** 4 to 16 columns: d stays in four registers. All of a row is loaded before any is stored, because vectors overlap. */
function subtractNarrow(columns: i32, list: usize, end: usize, d: usize): void {
  const o1 = narrowOffset(columns, 1);
  const o2 = narrowOffset(columns, 2);
  const o3 = narrowOffset(columns, 3);
  const d0 = v128.load(d);
  const d1 = v128.load(d + o1);
  const d2 = v128.load(d + o2);
  const d3 = v128.load(d + o3);
  for (; list < end; list += ENTRY) {
    const row = load<u32>(list) as usize;
    const x = v128.load32_splat(list, 4);
    const w0 = nmadd(x, d0, v128.load(row));
    const w1 = nmadd(x, d1, v128.load(row + o1));
    const w2 = nmadd(x, d2, v128.load(row + o2));
    const w3 = nmadd(x, d3, v128.load(row + o3));
    v128.store(row, w0);
    v128.store(row + o1, w1);
    v128.store(row + o2, w2);
    v128.store(row + o3, w3);
  }
}

/** More columns: four rows per pass over d. */
function subtractWide(columns: i32, list: usize, end: usize, d: usize): void {
  for (; list + 3 * ENTRY < end; list += 4 * ENTRY) subtractRows4(columns, list, d);
  for (; list < end; list += ENTRY) subtractRow(columns, list, d);
}

/**
 * Two vectors a round share the arithmetic of addresses. The last vector may overlap the one before: it is worked out
 * first and stored last.
 */
function subtractRows4(columns: i32, list: usize, d: usize): void {
  const last = (columns - 4) << 2;
  let r0 = load<u32>(list) as usize;
  const x0 = v128.load32_splat(list, 4);
  let r1 = load<u32>(list, 8) as usize;
  const x1 = v128.load32_splat(list, 12);
  let r2 = load<u32>(list, 16) as usize;
  const x2 = v128.load32_splat(list, 20);
  let r3 = load<u32>(list, 24) as usize;
  const x3 = v128.load32_splat(list, 28);
  const finalD = d + last;
  const lastD = v128.load(finalD);
  const end0 = r0 + last;
  const last0 = nmadd(x0, lastD, v128.load(end0));
  const end1 = r1 + last;
  const last1 = nmadd(x1, lastD, v128.load(end1));
  const end2 = r2 + last;
  const last2 = nmadd(x2, lastD, v128.load(end2));
  const end3 = r3 + last;
  const last3 = nmadd(x3, lastD, v128.load(end3));
  for (; d + 16 < finalD; d += 32) {
    const dj = v128.load(d);
    const next = v128.load(d, 16);
    v128.store(r0, nmadd(x0, dj, v128.load(r0)));
    v128.store(r0, nmadd(x0, next, v128.load(r0, 16)), 16);
    v128.store(r1, nmadd(x1, dj, v128.load(r1)));
    v128.store(r1, nmadd(x1, next, v128.load(r1, 16)), 16);
    v128.store(r2, nmadd(x2, dj, v128.load(r2)));
    v128.store(r2, nmadd(x2, next, v128.load(r2, 16)), 16);
    v128.store(r3, nmadd(x3, dj, v128.load(r3)));
    v128.store(r3, nmadd(x3, next, v128.load(r3, 16)), 16);
    r0 += 32;
    r1 += 32;
    r2 += 32;
    r3 += 32;
  }
  if (d < finalD) {
    const dj = v128.load(d);
    v128.store(r0, nmadd(x0, dj, v128.load(r0)));
    v128.store(r1, nmadd(x1, dj, v128.load(r1)));
    v128.store(r2, nmadd(x2, dj, v128.load(r2)));
    v128.store(r3, nmadd(x3, dj, v128.load(r3)));
  }
  v128.store(end0, last0);
  v128.store(end1, last1);
  v128.store(end2, last2);
  v128.store(end3, last3);
}

function subtractRow(columns: i32, list: usize, d: usize): void {
  const last = (columns - 4) << 2;
  const row = load<u32>(list) as usize;
  const x = v128.load32_splat(list, 4);
  const lastW = nmadd(x, v128.load(d + last), v128.load(row + last));
  for (let j = 0; j < last; j += 16) {
    v128.store(row + j, nmadd(x, v128.load(d + j), v128.load(row + j)));
  }
  v128.store(row + last, lastW);
}
