import { describe, expect, it } from 'vitest';
import { cells } from '../testing/cells.js';
import { regularizedShares } from './regularizedShares.js';

describe('regularizedShares', () => {
  it('tells who was measured with and without', () => {
    expect(regularizedShares(cells)).toBe('fluxion wasm: 50 % (50–50); PyTorch, 1 thread: 90 % (80–90)');
  });

  it('says nothing where there is nothing to tell', () => {
    expect(regularizedShares(cells.filter(({ workload }) => workload.l2 === 0))).toBe('');
  });
});
