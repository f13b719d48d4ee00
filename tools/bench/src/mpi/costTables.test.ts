import { expect, it } from 'vitest';
import { machinesTable, stepParts, stepsTable } from './costTables.js';

const alone = {
  ranks: 1,
  minibatches: 128e3,
  pairs: undefined,
  apart: 128e3,
  written: 64e3,
  announced: undefined,
};
const two = { ranks: 2, minibatches: 32e3, pairs: undefined, apart: 256e3, written: 128e3, announced: 64e3 };
const line = { latency: 1e-6, bandwidth: 1.59004e9 };

it('stepParts takes apart what runs have in common', () => {
  const { computing, writing, waiting, exchange } = stepParts(two, line);
  expect([computing, writing, waiting].map((seconds) => 1e3 * seconds)).toEqual([0.5, 0.5, 1]);
  // 1,590,040 bytes, as two ranks are measured.
  expect(exchange).toBeCloseTo(1.001e-3, 9);
  expect(stepParts(alone, line)).toEqual({ computing: 1e-3, writing: 0, waiting: 0, exchange: 0 });
});

it('stepsTable says what remains', () => {
  expect(stepsTable([alone, two], line).split('\n').slice(2)).toEqual([
    '| 1 | 1,000 | 0 | 0 | 0 | 1,000 | 1,000 | 0.0 % |',
    '| 2 | 500 | 500 | 1,000 | 1,001 | 3,001 | 4,000 | 25.0 % |',
  ]);
});

it('machinesTable computes with the gradient written out, against one process that writes none', () => {
  const [, , eight] = machinesTable({ scaling: [alone], one: { examplesPerSecond: 1e4 } }).split('\n');
  // 2 ms, and 6 messages of 30 µs and 7/4 of 1.59 MB at 1.25 GB/s.
  const step = 2e-3 + 6 * 30e-6 + (1.75 * 1_590_040) / 1.25e9;
  expect(eight).toContain(
    `| 8 | 10 Gbit/s | ${Math.round((8 * 128) / step).toLocaleString('en')} | ${((100 * 1e-3) / step).toFixed(1)} % |`,
  );
});
