import type { Json } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { differingRank } from './differingRank.js';

/** What one of several processes is told. */
function compare(...values: readonly Readonly<Record<string, Json>>[]): string | undefined {
  const gather = <T>(_: T) => values.map((of) => JSON.stringify(of)) as readonly unknown[] as readonly T[];
  return differingRank({ gather }, values[0] ?? {});
}

describe('differingRank', () => {
  it('says nothing where all have the same', () => {
    expect(compare({ rows: 3, hidden: [4, 5] }, { hidden: [4, 5], rows: 3 })).toBeUndefined();
  });

  it('names the rank and the place that differ, and both values', () => {
    expect(compare({ rows: 3 }, { rows: 3 }, { rows: 4 })).toBe(
      'rank 2: expected rows to be 3, as on rank 0, got 4',
    );
    expect(compare({ boxes: { a: { units: 3 } } }, { boxes: {} })).toBe(
      'rank 1: expected boxes.a to be {"units":3}, as on rank 0, got none',
    );
  });

  it('names rank 0 where it is the one that has others', () => {
    expect(compare({ rows: 3 }, { rows: 4 }, { rows: 4 })).toBe(
      'rank 0: expected rows to be 4, as on rank 1, got 3',
    );
  });

  it('shortens what is long', () => {
    expect(compare({ text: 'a'.repeat(100) }, { text: 'b' })).toBe(
      `rank 1: expected text to be "${'a'.repeat(58)}…, as on rank 0, got "b"`,
    );
  });
});
