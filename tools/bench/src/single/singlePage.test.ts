import { describe, expect, it } from 'vitest';
import type { Workload } from '../contenders/workload.js';
import type { Cell } from '../measuring/cell.js';
import { BLAS, BLOCKED, columns, LOOPS, momentumName, ONE_BY_ONE, WASM } from './columns.js';
import { singlePage } from './singlePage.js';

function workload(name: string): Workload {
  const found = columns.flat().find((column) => column.workload.name === name)?.workload;
  if (found === undefined) throw new Error(`there is no column '${name}'`);
  return found;
}

function cell(contender: string, name: string, ...examplesPerSecond: number[]): Cell {
  return { contender, workload: workload(name), result: { version: 'made up', examplesPerSecond } };
}

describe('singlePage', () => {
  it('shows speeds, ratios of the same rounds, and who was left out and why', () => {
    const page = singlePage([
      cell(WASM, 'Fashion-MNIST', 2000, 3000, 1000),
      cell(LOOPS, 'Fashion-MNIST', 1000, 1000, 1000),
      {
        contender: BLOCKED,
        workload: workload('Fashion-MNIST'),
        result: { leftOut: 'gcc cannot be run' },
      },
    ]);
    expect(page).toContain('| fluxion wasm | 2,000 | – | – |');
    expect(page).toContain('| C, loops | 2.00× (1.00–3.00) | – | – |');
    expect(page).toContain('- left out: C, blocked: gcc cannot be run');
    expect(page).not.toContain('## Targets');
  });

  it('shows what momentum leaves', () => {
    const page = singlePage([
      cell(BLOCKED, 'centred', 4000, 2000, 1000),
      cell(BLOCKED, momentumName('centred'), 2000, 1000, 500),
    ]);
    expect(page).toContain('| C, blocked | – | 50 % (50–50) | – |');
  });

  it('holds each ratio against its target', () => {
    const page = singlePage([
      cell(BLAS, 'Fashion-MNIST', 1200),
      cell(LOOPS, 'Fashion-MNIST', 1000),
      cell(BLOCKED, 'Fashion-MNIST', 1400),
    ]);
    expect(page).toContain(
      'C, loops | 1.30× | 1.40× | 1.30× | 1.20× (1.20–1.20) | not met, 86 % of the limit |',
    );
    expect(page).toContain('C, blocked | 0.85× | 1.00× | 0.85× | 0.86× (0.86–0.86) | met |');
  });

  it('takes 85 % of what the fastest program in C comes to, where that is below the target', () => {
    const page = singlePage([
      cell(BLAS, 'Fashion-MNIST', 900),
      cell(LOOPS, 'Fashion-MNIST', 1000),
      cell(BLOCKED, 'Fashion-MNIST', 500),
      cell(WASM, 'Fashion-MNIST', 900),
      cell(ONE_BY_ONE, 'Fashion-MNIST', 1000),
    ]);
    expect(page).toContain('C, loops | 1.30× | 1.00× | 0.85× | 0.90× (0.90–0.90) | met |');
    expect(page).toContain('one by one | 1.05× | – | 1.05× | 0.90× (0.90–0.90) | not met |');
  });

  it('shows the losses of those that tell them', () => {
    const told: Cell = {
      contender: LOOPS,
      workload: workload('MNIST'),
      result: { version: 'made up', firstLoss: 0.87654, examplesPerSecond: [1] },
    };
    expect(singlePage([told])).toContain('| C, loops | – | – | – | – | 0.877 |');
  });
});
