import { describe, expect, it } from 'vitest';
import type { Cell } from '../measuring/cell.js';
import { cells } from '../testing/cells.js';
import { blasTables } from './blasTables.js';

describe('blasTables', () => {
  it('shows ours through BLAS over theirs, on each workload that has it', () => {
    const withBlas = [...cells, { ...(cells[1] as Cell), contender: 'fluxion blas, 1 thread' }];
    expect(blasTables(withBlas).split('\n')).toEqual([
      '| small: times as fast as | fluxion blas, 1 thread |',
      '|---|---:|',
      '| PyTorch, 1 thread | 20× (10–30) |',
    ]);
  });

  it('says nothing where there is nothing to tell', () => {
    expect(blasTables(cells)).toBe('');
  });
});
