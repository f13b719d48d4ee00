import { expect, it } from 'vitest';
import { cells } from '../testing/cells.js';
import { speedTable } from './speedTable.js';

it('shows the median of each that was measured', () => {
  expect(speedTable(cells).split('\n')).toEqual([
    '| examples/s | small | small, l2 |',
    '|---|---:|---:|',
    '| fluxion wasm | 2,000 | 1,000 |',
    '| fluxion wasm, bare loop | 2,500 | – |',
    '| PyTorch, 1 thread | 100 | 90 |',
    '| ConvNetJS | 4,000 | – |',
  ]);
});
