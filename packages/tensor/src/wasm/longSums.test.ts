import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { random } from '../random.js';
import type { Tensor } from '../tensor.js';
import { wasmKernels } from './wasmKernels.js';

const TERMS = 2 ** 20;
const TOLERANCE = 2e-6;

describe('float32 sums of 2²⁰ terms', () => {
  const memory = arena('float32');
  const kernels = wasmKernels(memory);
  const numbers = random(1, 'long sums');
  let drawn = 0;
  const filled = (shape: readonly number[]): Tensor => {
    const tensor = memory.tensor(shape);
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = numbers.uniform(drawn++);
    return tensor;
  };

  /** Σₖ a[i,k]·b[k,j] in float64. */
  function exact(a: Tensor, b: Tensor, i: number, j: number): number {
    let sum = 0;
    for (let k = 0; k < TERMS; k++) sum += a.get(i, k) * b.get(k, j);
    return sum;
  }

  it.each([1, 3])('come near to the exact product of %i rows', (m) => {
    const [a, b, bias] = [filled([m, TERMS]), filled([TERMS, 2]), filled([2])];
    const [product, affine, transposed] = [
      memory.tensor([m, 2]),
      memory.tensor([m, 2]),
      memory.tensor([m, 2]),
    ];
    const across = memory.tensor([2, TERMS]);
    for (let j = 0; j < 2; j++) for (let k = 0; k < TERMS; k++) across.set(j, k, b.get(k, j));
    kernels.matmul(a, b, { tensor: product, beta: 0 }, 0.5)();
    kernels.affine(a, b, bias, affine)();
    kernels.matmul(a, across.transpose(1, 0), { tensor: transposed, beta: 0 })();
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < 2; j++) {
        const right = exact(a, b, i, j);
        expect(Math.abs(product.get(i, j) / (0.5 * right) - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs(affine.get(i, j) / (right + bias.get(j)) - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs(transposed.get(i, j) / right - 1)).toBeLessThan(TOLERANCE);
      }
    }
  });

  it('come near to the exact sum of rows', () => {
    const matrix = filled([TERMS, 3]);
    const sums = memory.tensor([3]);
    kernels.sumRows(matrix, { tensor: sums, beta: 0 })();
    for (let j = 0; j < 3; j++) {
      let right = 0;
      for (let i = 0; i < TERMS; i++) right += matrix.get(i, j);
      expect(Math.abs(sums.get(j) / right - 1)).toBeLessThan(TOLERANCE);
    }
  });
});
