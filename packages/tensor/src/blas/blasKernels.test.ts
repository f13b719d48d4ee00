import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { OptionError } from '../errors.js';
import { blasKernels } from './blasKernels.js';
import { blasLibrary, hasBlas } from './blasLibrary.js';

describe('a BLAS of this machine', () => {
  if (hasBlas()) {
    it(`is found: ${blasLibrary().name}`, () => {
      expect(blasKernels(arena('float32')).name).toBe('blas');
    });

    it('multiplies matrices, also transposed ones and with a bias', () => {
      const kernels = blasKernels(arena('float32'));
      const cell = (values: number[], shape: number[]) => {
        const tensor = kernels.arena.tensor(shape);
        tensor.data.set(values);
        return tensor;
      };
      const a = cell([1, 2, 3, 4, 5, 6], [2, 3]);
      const b = cell([7, 8, 9, 10, 11, 12], [3, 2]);
      const c = kernels.arena.tensor([2, 2]);
      kernels.affine(a, b, cell([100, 200], [2]), c)();
      expect([...c.data]).toEqual([158, 264, 239, 354]);
      const square = kernels.arena.tensor([3, 3]);
      kernels.matmul(a.transpose(1, 0), b.transpose(1, 0).hi(2, 3), { tensor: square, beta: 0 }, -1)();
      expect([...square.data]).toEqual([-39, -49, -59, -54, -68, -82, -69, -87, -105]);
    });

    it('multiplies a matrix and its own transpose, of which half the products are enough', () => {
      const kernels = blasKernels(arena('float32'));
      const a = kernels.arena.tensor([2, 3]);
      a.data.set([1, 2, 3, 4, 5, 6]);
      for (const [left, shape, product] of [
        [a, [2, 2], [14, 32, 32, 77]],
        [a.transpose(1, 0), [3, 3], [17, 22, 27, 22, 29, 36, 27, 36, 45]],
      ] as const) {
        const c = kernels.arena.tensor(shape);
        c.data.fill(Number.NaN);
        kernels.matmul(left, left.transpose(1, 0), { tensor: c, beta: 0 }, -1)();
        expect([...c.data]).toEqual(product.map((value) => -value));
        kernels.matmul(left, left.transpose(1, 0), { tensor: c, beta: 1 }, 2)();
        expect([...c.data]).toEqual(product);
      }
    });
  } else {
    it('is left out, for there is none here: the error says what to install', () => {
      expect(() => blasKernels(arena('float32'))).toThrow(/install/);
    });
  }

  it('takes float32 only', () => {
    expect(() => blasKernels(arena('float64'))).toThrow(OptionError);
  });
});
