/** The place after those from one on, but below `to`, whose rows follow each other in one block. */
export function endOfRun(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): number {
  let end = from + 1;
  while (end < to && blocks[end] === blocks[from] && rows[end] === (rows[end - 1] as number) + 1) end++;
  return end;
}
