import { describe, expect, it } from 'vitest';
import { cells } from '../testing/cells.js';
import { ratioTable } from './ratioTable.js';

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
