import type { Arena, Kernels, Run } from '@fluxion/tensor';
import { filled } from './filled.js';
import type { KernelCase } from './kernelCase.js';

/** Rows, summed, columns, and the share of the rows' numbers that is zero. */
const SHAPES = [
  [128, 784, 512, 0],
  [128, 784, 512, 0.5],
  [128, 784, 512, 0.8],
  [128, 512, 256, 0],
  [128, 512, 256, 0.5],
  [128, 256, 10, 0],
  [2, 784, 500, 0],
  [7, 784, 500, 0],
  [32, 784, 500, 0],
  [32, 784, 500, 0.5],
  [512, 512, 512, 0],
] as const;

/** Rows up to which the blas kernels do not ask BLAS for a product with a transposed matrix. */
const FEW_ROWS = 4;
const NONE = { l1: 0, l2: 0 };

/** The products of a linear box on a minibatch: forward, to its child, its gradient, its update by SGD. */
export function matrixCases(memory: Arena): readonly KernelCase[] {
  return SHAPES.flatMap(([m, inner, n, zeros]) => {
    const share = zeros === 0 ? '' : `, zeros ${zeros}`;
    const input = filled(memory, [m, inner], zeros);
    const weight = filled(memory, [inner, n]);
    const bias = filled(memory, [n]);
    const output = memory.tensor([m, n]);
    const dOutput = filled(memory, [m, n], zeros);
    const dInput = memory.tensor([m, inner]);
    const dWeight = memory.tensor([inner, n]);
    const flops = 2 * m * n * inner;
    const bytes = 4 * (m * inner + inner * n + m * n);
    const byBlas = (title: string, bind: (kernels: Kernels) => Run, moved = bytes): KernelCase => ({
      title,
      flops,
      bytes: moved,
      bind,
      blas: ({ kernels }) => bind(kernels),
    });
    const toChild = byBlas(`dInput ${m}×${n}×${inner}${share}`, (k) =>
      k.matmul(dOutput, weight.transpose(1, 0), { tensor: dInput, beta: 0 }),
    );
    return [
      byBlas(`affine ${m}×${inner}×${n}${share}`, (k) => k.affine(input, weight, bias, output)),
      m > FEW_ROWS ? toChild : { ...toChild, blas: undefined },
      byBlas(`dWeight ${inner}×${m}×${n}${share}`, (k) =>
        k.matmul(input.transpose(1, 0), dOutput, { tensor: dWeight, beta: 0 }),
      ),
      byBlas(
        `sgd ${inner}×${m}×${n}${share}`,
        (k) => {
          const update = k.sgd(weight, { form: 'factored', pairs: [{ input, dOutput }] }, NONE);
          return () => update(1e-9, 1);
        },
        bytes + 4 * inner * n,
      ),
    ];
  });
}
