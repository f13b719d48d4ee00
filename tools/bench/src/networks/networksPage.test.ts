import { expect, it } from 'vitest';
import type { Cell } from '../measuring/cell.js';
import type { Network } from './network.js';
import { networksPage } from './networksPage.js';

const workload: Network = { name: 'LeNet, batch 1', kind: 'lenet', batchSize: 1 };
const cell = (contender: string, ...examplesPerSecond: number[]): Cell<Network> => ({
  contender,
  workload,
  result: { version: `${contender} 1.0`, examplesPerSecond },
});

it('has speeds, ratios round by round, the share of the limit, and who was left out', () => {
  const page = networksPage([
    cell('wasm products alone', 2000, 2000, 2000),
    cell('fluxion wasm', 1000, 1500, 1100),
    cell('PyTorch', 500, 500, 100),
    { contender: 'ConvNetJS', workload, result: { leftOut: 'it has no such layer' } },
  ]);
  expect(page).toContain('| fluxion wasm | 1,100 |');
  expect(page).toContain('| fluxion wasm : PyTorch | 3.00×');
  expect(page).toContain('| fluxion wasm : its products alone | 55 %');
  expect(page).toContain('- left out: ConvNetJS, LeNet, batch 1: it has no such layer');
});
