import { describe, expect, it } from 'vitest';
import { type Arena, arena } from '../arena.js';
import { OptionError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { compiledModule, instantiate } from '../wasm/module.js';
import { SecondThread } from '../wasm/secondThread.js';
import { wasmKernelsWith } from '../wasm/wasmKernels.js';
import { blasKernels } from './blasKernels.js';
import { blasLibrary, hasBlas, type Sgemm } from './blasLibrary.js';
import { blasProduct } from './blasProduct.js';
import { sgemmInParts } from './sgemmInParts.js';

/** A tensor of small whole numbers, whose sums of products are exact. */
function filled(memory: Arena, shape: Shape): Tensor {
  const tensor = memory.tensor(shape);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = (i % 7) - 3;
  return tensor;
}

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

    it('multiplies in as many parts as leave nothing to be packed, where the library has kernels for that', () => {
      const [m, n, k] = [24, 200, 101];
      const multiplied = (unpacked: number) => {
        const memory = arena('float32');
        const calls: number[] = [];
        const sgemm: Sgemm = (...given) => {
          const [, , , rows, columns, depth] = given;
          calls.push(rows * columns * depth);
          blasLibrary().sgemm(...given);
        };
        const kernels = wasmKernelsWith('blas', memory, (exports) => ({
          product: blasProduct(memory, exports, sgemmInParts(memory.memory, sgemm), unpacked),
        }));
        const c = filled(memory, [m, n]);
        kernels.affine(filled(memory, [m, k]), filled(memory, [k, n]), filled(memory, [n]), c)();
        return { calls, result: [...c.data] };
      };
      const whole = multiplied(0);
      expect(whole.calls).toEqual([m * n * k]);
      for (const [unpacked, parts] of [
        [2 ** 17, 6],
        [2 ** 18, 2],
      ] as const) {
        const { calls, result } = multiplied(unpacked);
        expect(calls.length).toBe(parts);
        expect(Math.max(...calls)).toBeLessThanOrEqual(unpacked);
        expect(result).toEqual(whole.result);
      }
    });

    it('shares products among two threads: by columns, by rows where columns are few, and a·aᵀ', () => {
      const memory = arena('float32');
      const sgemm = sgemmInParts(memory.memory, blasLibrary().sgemm);
      const thread = new SecondThread(compiledModule('wasm'), memory, {
        ...instantiate('wasm', memory),
        sgemm,
      });
      const offered: (readonly number[])[] = [];
      const second: Pick<SecondThread, 'task'> = {
        task(kernel, args, varying) {
          offered.push(args.slice(2, 5));
          return thread.task(kernel, args, varying);
        },
      };
      const [one, two] = [undefined, second].map((second) =>
        wasmKernelsWith('blas', memory, (exports) => ({
          product: blasProduct(memory, exports, sgemm, 0, second),
        })),
      ) as [Kernels, Kernels];
      const numbers = (rows: number, columns: number) => filled(memory, [rows, columns]);
      const wide = numbers(48, 300);
      const flat = numbers(14, 2000);
      for (const [a, b, other] of [
        [wide, numbers(300, 100), [48, 52, 300]],
        [numbers(300, 48).transpose(1, 0), numbers(300, 100), [48, 52, 300]],
        [numbers(500, 300), numbers(20, 300).transpose(1, 0), [250, 20, 300]],
        [wide, wide.transpose(1, 0), [16, 48, 300]],
        [wide.transpose(1, 0), wide, [92, 300, 48]],
        [flat, flat.transpose(1, 0), undefined],
        [numbers(8, 20), numbers(20, 100), undefined],
      ] as const) {
        const shape = [a.shape[0] as number, b.shape[1] as number] as const;
        const bias = filled(memory, [shape[1]]);
        const [own, shared] = [one, two].map((kernels) => {
          const [product, sum, output] = [numbers(...shape), numbers(...shape), numbers(...shape)];
          kernels.matmul(a, b, { tensor: product, beta: 0 }, 2)();
          expect(offered.splice(0)).toEqual(kernels === two && other ? [other] : []);
          kernels.matmul(a, b, { tensor: sum, beta: 1 }, 2)();
          kernels.affine(a, b, bias, output)();
          return [product, sum, output].map(({ data }) => [...data]);
        });
        expect(shared).toEqual(own);
        offered.length = 0;
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
