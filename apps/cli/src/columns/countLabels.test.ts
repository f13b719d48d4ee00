import { arrowTable, type Source } from '@fluxion/data';
import { Int32, Table, vectorFromArray } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { countLabels } from './countLabels.js';

function labels(...values: readonly number[]): Source {
  return arrowTable(new Table({ label: vectorFromArray(values, new Int32()) }));
}

function count(source: Source, classes: number): Promise<Uint32Array> {
  const limit = { classes, reason: 'there being no more', fix: 'correct it' };
  return countLabels(source, 'label', limit, new AbortController().signal);
}

describe('countLabels', () => {
  it('counts each label, however great it is, in memory for the greatest', async () => {
    const counts = await count(labels(0, 2, 2, 999, 1000, 5000, 5001, 2), 1e9);
    const found = [...counts.entries()].filter(([, examples]) => examples > 0);
    expect(found).toEqual([
      [0, 1],
      [2, 3],
      [999, 1],
      [1000, 1],
      [5000, 1],
      [5001, 1],
    ]);
    expect(counts.length).toBeLessThan(10_000);
  });

  it('refuses a label beyond the limit', async () => {
    await expect(count(labels(0, 1, 2), 2)).rejects.toThrow(
      "row 2, column 'label': expected a label from 0 to 1, there being no more, got 2; correct it",
    );
  });
});
