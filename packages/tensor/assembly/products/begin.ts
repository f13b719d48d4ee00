/** Each row of C ← the row `initial`; zeros for 0. */
export function begin(m: i32, n: i32, c: usize, cRow: i32, initial: usize): void {
  for (let i = 0; i < m; i++) {
    if (initial) memory.copy(c, initial, n << 2);
    else memory.fill(c, 0, n << 2);
    c += cRow;
  }
}
