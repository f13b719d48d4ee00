/** How products of matrices are divided: into blocks that the caches hold. */

/** Rows of A in a block. */
export const BLOCK_ROWS: i32 = 128;
/** Most steps of k in a block. */
const BLOCK_DEPTH: i32 = 256;

/** The least multiple that is not less. */
export function roundUp(length: i32, multiple: i32): i32 {
  return ((length + multiple - 1) / multiple) * multiple;
}

/** Steps of k in a block, about as many in each: a last block of a few would read and write C for little. */
export function blockDepth(k: i32): i32 {
  const blocks = (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
  return blocks < 2 ? k : roundUp((k + blocks - 1) / blocks, 4);
}
