import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowTable } from './arrow/arrowTable.js';
import { usableRows } from './badRows/usableRows.js';
import { openFiles } from './openFiles.js';
import type { Source } from './source.js';

/** A table of numbers that takes note of those of its rows which will be looked at. */
function noting(...x: number[]): { readonly source: Source; readonly looked: number[] } {
  const looked: number[] = [];
  const table = arrowTable(tableFromArrays({ x: Float64Array.from(x) }));
  const open: Source['open'] = async (signal) => {
    const { schema, ...rest } = await table.open(signal);
    return {
      schema,
      countRows: async () => x.length,
      close: () => rest.close(),
      async read(from, count, fields, isWanted) {
        for (let row = from; row < from + count; row++)
          if (isWanted?.(row) === true) looked.push(x[row] as number);
        return rest.read(from, count, fields);
      },
    };
  };
  return { source: { name: 'table', open }, looked };
}

describe('a source of sources says by their own numbers which rows will be looked at', () => {
  it('of several files', async () => {
    const [one, other] = [noting(0, 1, 2), noting(3, 4, 5)];
    const open = await openFiles([one.source, other.source], undefined);
    for (const from of [0, 3]) await open.read(from, 3, [0], (row) => row % 2 === 1);
    expect([one.looked, other.looked]).toEqual([[1], [3, 5]]);
  });

  it('of rows without the bad ones', async () => {
    const { source, looked } = noting(0, Number.NaN, 1, Number.POSITIVE_INFINITY, 2, 3);
    const open = await usableRows(source, { onBadRow: 'skip', maxBadShare: 0.5 }).open();
    const rows = (await open.countRows?.()) ?? 0;
    for (let from = 0; from < rows; ) {
      const block = await open.read(from, rows - from, [0], (row) => row >= 2);
      from += block?.rows ?? rows;
    }
    expect(looked.filter((x) => x >= 0)).toEqual([1, 2, 3]);
  });
});
