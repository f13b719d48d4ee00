import { describe, expect, it } from 'vitest';
import type { Cell } from './cell.js';
import { blasTables, ratioTable, regularizedShares } from './ratioTable.js';
import { cells } from './testing/cells.js';

describe('ratioTable', () => {
  it('shows ours over theirs, round by round, and the share of the bare loop', () => {
    expect(ratioTable(cells).split('\n')).toEqual([
      '| times as fast as | small | small, l2 |',
      '|---|---:|---:|',
      '| PyTorch, 1 thread | 20× (10–30) | 11× (5.56–19) |',
      '| ConvNetJS | 0.50× (0.50–1.00) | – |',
      '| share of the bare loop | 80 % (80–100) | – |',
    ]);
  });

  it('is without ratios when ours was not measured', () => {
    const others = cells.filter(({ contender }) => contender !== 'fluxion wasm');
    expect(ratioTable(others)).toContain('| PyTorch, 1 thread | – | – |');
  });
});

describe('regularizedShares', () => {
  it('tells who was measured with and without', () => {
    expect(regularizedShares(cells)).toBe('fluxion wasm: 50 % (50–50); PyTorch, 1 thread: 90 % (80–90)');
  });

  it('says nothing where there is nothing to tell', () => {
    expect(regularizedShares(cells.filter(({ workload }) => workload.l2 === 0))).toBe('');
  });
});

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
