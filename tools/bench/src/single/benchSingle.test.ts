import { expect, it } from 'vitest';
import type { Cell } from '../measuring/cell.js';
import { singlePage } from './benchSingle.js';

it('shows speeds, ratios of the same rounds, and who was left out and why', () => {
  const workload = {
    name: 'Fashion-MNIST',
    sizes: [784, 500, 10],
    batchSize: 1,
    data: 'fashion',
    l2: 0,
  } as const;
  const cell = (contender: string, ...examplesPerSecond: number[]): Cell => ({
    contender,
    workload,
    result: { version: 'made up', examplesPerSecond },
  });
  const page = singlePage([
    cell('fluxion wasm', 2000, 3000, 1000),
    cell('C, loops', 1000, 1000, 1000),
    { contender: 'C, blocked', workload, result: { leftOut: 'gcc cannot be run' } },
  ]);
  expect(page).toContain('| fluxion wasm | 2,000 | – | – | – | – | – |');
  expect(page).toContain('| C, loops | 2.00× (1.00–3.00) | – | – | – | – | – |');
  expect(page).toContain('- left out: C, blocked: gcc cannot be run');
});
