import { arrowTable, type Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential } from '@fluxion/layers';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readDigits } from './readDigits.js';
import { madeUpDigits, pixelsOf, SIDE } from './testing/madeUpDigits.js';

const ROWS = 237;

function digits(): Source {
  return arrowTable(tableFromIPC(madeUpDigits(ROWS)));
}

function untrained(): FlowGraph {
  return sequential([linear(10)], { inputShape: [SIDE * SIDE], seed: 3 });
}

describe('readDigits', () => {
  it('counts every digit once, in the row of what it is', async () => {
    const { confusion } = await readDigits(untrained(), digits(), new AbortController().signal);
    const written = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
    expect(written).toEqual([24, 24, 24, 24, 24, 24, 24, 23, 23, 23]);
  });

  it('gives every misread digit as it stands in the file', async () => {
    const { confusion, misread } = await readDigits(untrained(), digits(), new AbortController().signal);
    const right = confusion.reduce((sum, row, digit) => sum + (row[digit] as number), 0);

    expect(misread).toHaveLength(ROWS - right);
    expect(misread.length).toBeGreaterThan(100);
    expect(misread.map(({ index }) => index)).toEqual(
      misread.map(({ index }) => index).toSorted((a, b) => a - b),
    );
    for (const { index, pixels, truth, prediction, probability } of misread) {
      expect([...pixels]).toEqual(pixelsOf(index));
      expect(truth).toBe(index % 10);
      expect(prediction).not.toBe(truth);
      expect(probability).toBeGreaterThan(0.1);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  it('reads none once it is stopped', async () => {
    const { misread, confusion } = await readDigits(untrained(), digits(), AbortSignal.abort());
    expect(misread).toEqual([]);
    expect(confusion.flat().every((count) => count === 0)).toBe(true);
  });
});
