import { describe, expect, it } from 'vitest';
import { csvFormat } from '../csv/csvFormat.js';
import { NULLS, NullWords } from '../csv/nullWords.js';
import { BadRows } from './badRows.js';
import type { RowIndex } from './rowIndex.js';
import { scanText } from './scanText.js';

const dialect = { separator: undefined, header: true, nulls: new NullWords(NULLS), kinds: new Map() };

/** Where the rows of a table of one column are. */
async function indexOf(cell: (row: number) => string, rows: number): Promise<RowIndex> {
  let rest = new TextEncoder().encode(
    `x\n${Array.from({ length: rows }, (_, row) => `${cell(row)}\n`).join('')}`,
  );
  const next = async (into: Uint8Array): Promise<number> => {
    const part = rest.subarray(0, into.length);
    into.set(part);
    rest = rest.subarray(part.length);
    return part.length;
  };
  return (await scanText('table', csvFormat(dialect), next, new BadRows('table', {}))).index;
}

describe('scanText', () => {
  it.each([
    { width: 3, rows: 300_000, more: 4 },
    { width: 18, rows: 60_000, more: 1.6 },
    { width: 60, rows: 20_000, more: 1.6 },
    { width: 2000, rows: 5000, more: 1.1 },
  ])('keeps places near a run of 1024 rows of $width bytes', async ({ width, rows, more }) => {
    const index = await indexOf((row) => String(row % 9).repeat(width - 1), rows);
    expect(index.end.row).toBe(rows);
    let read = 0;
    for (let from = 0; from + 1024 <= rows; from += 1024) {
      const { start, end } = index.around(from, 1024, Number.POSITIVE_INFINITY);
      read += end.offset - start.offset;
    }
    expect(read / (width * rows)).toBeLessThan(more);
    // 24 bytes a place.
    expect(index.marks.length / 3).toBeLessThan((width * rows) / 4096 + 8);
  });
});
