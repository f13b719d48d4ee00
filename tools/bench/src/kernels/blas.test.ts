import { arena, createKernels, hasBlas } from '@fluxion/tensor';
import { expect, it } from 'vitest';
import { blas } from './blas.js';
import { vectorCases } from './vectorCases.js';

const memory = arena('float32');
const library = blas(memory);

it('is there where the kernels have one', () => {
  expect(library !== undefined).toBe(hasBlas());
});

if (library === undefined) {
  console.info('left out: products by BLAS: none is on this machine (apt-get install libopenblas0-pthread)');
} else {
  it('multiplies by vectors as BLAS does', () => {
    const weight = Float32Array.of(1, 2, 3, 4, 5, 6);
    const sums = Float32Array.of(100, 200, 300);
    library.vectorMatrix(2, 3, weight, Float32Array.of(10, 20), 1, sums);
    expect([...sums]).toEqual([190, 320, 450]);
    const products = new Float32Array(2);
    library.matrixVector(2, 3, weight, Float32Array.of(1, 0, -1), products);
    expect([...products]).toEqual([-2, -2]);
    library.outer(2, 3, -1, Float32Array.of(1, 2), Float32Array.of(1, 2, 3), weight);
    expect([...weight]).toEqual([0, 0, 0, 2, 1, 0]);
  });

  it('computes what our kernels compute', () => {
    const kernels = createKernels('wasm', memory);
    const compared = vectorCases(memory).filter(({ result }) => result !== undefined);
    expect(compared.length).toBeGreaterThan(0);
    for (const { bind, blas: byBlas, result, title } of compared) {
      if (byBlas === undefined || result === undefined) continue;
      bind(kernels)();
      const ours = [...result.data];
      result.data.fill(Number.NaN);
      byBlas(library)();
      const furthest = Math.max(...ours.map((value, i) => Math.abs(value - (result.data[i] as number))));
      expect(furthest, title).toBeLessThan(1e-4);
    }
  });
}
