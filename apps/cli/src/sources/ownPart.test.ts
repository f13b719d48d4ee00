import { arrowTable, openExamples, type RowFilter, type Source } from '@fluxion/data';
import { elements, type Tensor } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { changedSource } from './changedSource.js';
import { ownPart } from './ownPart.js';

const ROWS = 11;
const { signal } = new AbortController();

/** A table of the numbers of its rows, the rows that have been read of it, and those of them that will be looked at. */
function numbered({ isOneWay = false } = {}) {
  const read: number[] = [];
  const wanted: number[] = [];
  const table = arrowTable(tableFromArrays({ x: Float32Array.from({ length: ROWS }, (_, row) => row) }));
  const open: Source['open'] = async (signal) => {
    const opened = await table.open(signal);
    const { countRows: _, ...oneWay } = changedSource(opened, {
      async read(from, count, fields, isWanted = () => true) {
        const block = await opened.read(from, count, fields);
        for (let row = from; row < from + (block?.rows ?? 0); row++) {
          read.push(row);
          if (isWanted(row)) wanted.push(row);
        }
        return block;
      },
    });
    return isOneWay ? oneWay : { ...oneWay, countRows: async () => ROWS };
  };
  return { source: { name: 'table', open } satisfies Source, read, wanted };
}

/** The rows that a rank of three has, and where the first of them is. */
async function rowsOf(rank: number, source: Source, rows?: RowFilter) {
  const part = await ownPart({ source, rows }, { rank, size: 3 }, signal);
  const reader = await openExamples(part.source, {
    ...{ input: 'x', target: 'x', targetKind: 'values', batchSize: 2 },
    ...{ rows: part.rows, shard: part.shard },
  });
  const found: number[] = [];
  let place: unknown;
  while (await reader.advance()) {
    for (let examples = reader.next(); examples !== undefined; examples = reader.next()) {
      place ??= examples.locate?.(0);
      if (examples.borrowed !== true) found.push(...elements(examples.inputs.input as Tensor));
    }
  }
  return { found, place };
}

describe('ownPart', () => {
  it('gives each rank consecutive rows, which alone it reads, under the numbers that they have', async () => {
    const parts = [0, 1, 2].map(async (rank) => {
      const { source, read } = numbered();
      const { found, place } = await rowsOf(rank, source);
      expect(read).toEqual(found);
      expect(place).toEqual({ file: 'table', row: found[0] });
      return found;
    });
    expect(await Promise.all(parts)).toEqual([
      [0, 1, 2],
      [3, 4, 5, 6],
      [7, 8, 9, 10],
    ]);
  });

  it('keeps to the rows that are examples, of which a rank may have none', async () => {
    const few = (row: number): boolean => row === 4 || row > 8;
    const parts = [0, 1, 2].map(async (rank) => {
      const { source, wanted } = numbered();
      const { found } = await rowsOf(rank, source, few);
      expect(wanted).toEqual(found);
      return found;
    });
    expect(await Promise.all(parts)).toEqual([[], [4], [9, 10]]);
  });

  it('deals out the rows of a source that is read one way', async () => {
    const parts = [0, 1, 2].map(
      async (rank) => (await rowsOf(rank, numbered({ isOneWay: true }).source)).found,
    );
    expect(await Promise.all(parts)).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 5, 8],
    ]);
  });
});
