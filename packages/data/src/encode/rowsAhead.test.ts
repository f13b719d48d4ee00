import { type Floats, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { RowsAhead } from './rowsAhead.js';

/** Rows whose two numbers tell where they are; `encoded` notes each that is encoded. */
function numberedRows(): { readonly ahead: RowsAhead; readonly encoded: number[] } {
  const encoded: number[] = [];
  const ahead = new RowsAhead(2, (examples) => {
    const numbers = new Float64Array(2 * examples);
    return {
      numbers,
      lend: (size) => tensor(numbers.subarray(0, 2 * size), [size, 2]),
      gather(blocks, rows, from, to) {
        for (let i = from; i < to; i++) {
          encoded.push(rows[i] as number);
          numbers[2 * i] = blocks[i] as number;
          numbers[2 * i + 1] = rows[i] as number;
        }
      },
    };
  });
  return { ahead, encoded };
}

/** Rows of block 7 from one on. */
function peek(ahead: RowsAhead, from: number, count: number): number[] {
  const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
  const shown = ahead.peek(new Uint32Array(count).fill(7), rows, count);
  expect(shown.shape).toEqual([count, 2]);
  return Array.from({ length: count }, (_, i) => {
    expect(shown.get(i, 0)).toBe(7);
    return shown.get(i, 1);
  });
}

const taken = (ahead: RowsAhead, row: number, block = 7): Floats | undefined => {
  const out = new Float64Array(2);
  return ahead.take(block, row, out) ? out : undefined;
};

describe('RowsAhead', () => {
  it('encodes a row once, however often it is shown, and gives its numbers at its turn', () => {
    const { ahead, encoded } = numberedRows();
    expect(peek(ahead, 0, 3)).toEqual([0, 1, 2]);
    expect(peek(ahead, 0, 3)).toEqual([0, 1, 2]);
    expect(taken(ahead, 1)).toEqual(Float64Array.of(7, 1));
    expect(peek(ahead, 1, 4)).toEqual([1, 2, 3, 4]);
    expect(taken(ahead, 2)).toEqual(Float64Array.of(7, 2));
    expect(peek(ahead, 2, 2)).toEqual([2, 3]);
    expect(taken(ahead, 3)).toEqual(Float64Array.of(7, 3));
    expect(encoded).toEqual([0, 1, 2, 3, 4]);
  });

  it('has nothing of a row that was not shown, and of none after it', () => {
    for (const [row, block] of [
      [2, 7],
      [1, 6],
    ] as const) {
      const { ahead } = numberedRows();
      peek(ahead, 0, 4);
      expect(taken(ahead, row, block)).toBeUndefined();
      expect(taken(ahead, 1)).toBeUndefined();
      expect(peek(ahead, 1, 2)).toEqual([1, 2]);
    }
  });

  it('forgets the rows of a window that is over', () => {
    const { ahead, encoded } = numberedRows();
    expect(taken(ahead, 0)).toBeUndefined();
    peek(ahead, 0, 2);
    ahead.clear();
    expect(taken(ahead, 1)).toBeUndefined();
    expect(peek(ahead, 0, 2)).toEqual([0, 1]);
    expect(encoded).toEqual([0, 1, 0, 1]);
  });
});
