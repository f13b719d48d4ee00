import { expect, it } from 'vitest';
import { cells } from '../testing/cells.js';
import { trainingPage } from './trainingPage.js';

it('names every version once, and every one that is left out with its reason', () => {
  const page = trainingPage(cells, ['left out: large: its data is not here']);
  const last = page.slice(page.indexOf('## What was measured')).trim().split('\n').slice(2);
  expect(last).toEqual([
    '- ConvNetJS 1.0',
    '- fluxion wasm 1.0',
    '- fluxion wasm, bare loop 1.0',
    '- PyTorch, 1 thread 1.0',
    '- left out: tfjs wasm: not installed',
    '- left out: large: its data is not here',
  ]);
});
