import { expect, it } from 'vitest';
import { contenders } from '../contenders/contenders.js';
import { workloads } from '../contenders/workload.js';
import { lineUp } from './lineUp.js';

it('names everybody who can be measured on some workload, ours first, but for who is beside C alone', () => {
  const lines = workloads.flat().map(lineUp);
  for (const [first] of lines) expect(first).toBe('fluxion wasm');
  const others = [
    'PyTorch, 1 thread',
    'PyTorch, 1 thread, memory kept',
    'PyTorch, 2 threads',
    'native limit',
  ];
  const ours = Object.keys(contenders).filter((name) => name !== 'fluxion wasm, one by one');
  expect(new Set(lines.flat())).toEqual(new Set([...ours, ...others]));
});

it('leaves a regularizer to those who have it', () => {
  const regularized = workloads.flat().find(({ l2 }) => l2 > 0);
  expect(regularized && lineUp(regularized)).toEqual([
    'fluxion wasm',
    'fluxion wasm, bare loop',
    'fluxion wasm, 2 threads',
    'PyTorch, 1 thread',
    'PyTorch, 1 thread, memory kept',
    'ConvNetJS',
  ]);
});
