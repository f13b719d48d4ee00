import { describe, expect, it } from 'vitest';
import { kernelTable } from './kernelTable.js';

const product = { title: 'product', flops: 4e9, bytes: 1e9, seconds: { wasm: 0.1, BLAS: 0.05 } };
const sum = { title: 'sum', flops: 1e9, bytes: 4e9, seconds: { wasm: 0.5 } };

describe('kernelTable', () => {
  it('puts the implementations side by side and compares the first with BLAS', () => {
    expect(kernelTable([product, sum], ['wasm', 'wasm-relaxed', 'BLAS']).split('\n')).toEqual([
      '| kernel | wasm, GFLOP/s | BLAS, GFLOP/s | wasm, GB/s | BLAS, GB/s | wasm : BLAS |',
      '|---|---:|---:|---:|---:|---:|',
      '| product | 40.0 | 80.0 | 10.0 | 20.0 | 0.50× |',
      '| sum | 2.0 | – | 8.0 | – | – |',
    ]);
  });

  it('shows how much of the arithmetic limit an implementation reaches, where the limit is known', () => {
    expect(kernelTable([product], ['wasm', 'BLAS'], { wasm: 50e9 }).split('\n')[2]).toBe(
      '| product | 40.0 | 80.0 | 80 % | 10.0 | 20.0 | 0.50× |',
    );
  });

  it('has no column of BLAS where there is none', () => {
    expect(kernelTable([sum], ['wasm', 'wasm-relaxed', 'BLAS']).split('\n')).toEqual([
      '| kernel | wasm, GFLOP/s | wasm, GB/s |',
      '|---|---:|---:|',
      '| sum | 2.0 | 8.0 |',
    ]);
  });
});
