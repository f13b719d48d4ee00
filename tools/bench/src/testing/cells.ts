import type { Workload } from '../contenders/workload.js';
import type { Cell } from '../measuring/cell.js';

const small: Workload = { name: 'small', sizes: [4, 3], batchSize: 1, data: 'random', l2: 0 };
const regularized: Workload = { ...small, name: 'small, l2', l2: 0.1 };

function cell(contender: string, workload: Workload, ...examplesPerSecond: number[]): Cell {
  return { contender, workload, result: { version: `${contender} 1.0`, examplesPerSecond } };
}

/** Figures of three rounds, made up: two workloads that differ in their regularizer, and a peer that is not there. */
export const cells: readonly Cell[] = [
  cell('ConvNetJS', small, 4000, 1000, 6000),
  cell('fluxion wasm', small, 2000, 1000, 3000),
  cell('fluxion wasm, bare loop', small, 2500, 1250, 3000),
  cell('PyTorch, 1 thread', small, 100, 100, 100),
  { contender: 'tfjs wasm', workload: small, result: { leftOut: 'not installed' } },
  cell('fluxion wasm', regularized, 1000, 500, 1500),
  cell('PyTorch, 1 thread', regularized, 90, 90, 80),
];
