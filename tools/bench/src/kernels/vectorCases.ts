import type { Arena, Gradient } from '@fluxion/tensor';
import { filled } from './filled.js';
import type { KernelCase } from './kernelCase.js';

const SHAPES = [
  [784, 500, 0],
  [784, 500, 0.5],
  [784, 500, 0.8],
  [500, 10, 0],
  [500, 10, 0.5],
  [784, 128, 0.5],
  [512, 256, 0.5],
  [4, 16, 0],
  [16, 3, 0.5],
] as const;

const NONE = { l1: 0, l2: 0 };
const L2 = { l1: 0, l2: 1e-5 };
/** Leaves the weights as they are, however often it is applied. */
const RATE = 1e-9;
/** One at which l2 comes to count as often as in training. */
const L2_RATE = 0.01;

/** A linear box on one example, of which a share of the inputs is zero: forward, to its child, and its updates. */
export function vectorCases(memory: Arena): readonly KernelCase[] {
  return SHAPES.flatMap(([fanIn, fanOut, zeros]): KernelCase[] => {
    const input = filled(memory, [1, fanIn], zeros);
    const weight = filled(memory, [fanIn, fanOut]);
    const decayed = filled(memory, [fanIn, fanOut]);
    const bias = filled(memory, [fanOut]);
    const output = memory.tensor([1, fanOut]);
    const dOutput = filled(memory, [1, fanOut]);
    const dInput = memory.tensor([1, fanIn]);
    const [moment1, moment2] = [memory.tensor([fanIn, fanOut]), memory.tensor([fanIn, fanOut])];
    const gradient: Gradient = { form: 'factored', pairs: [{ input, dOutput }] };
    const all = fanIn * fanOut;
    const present = input.data.filter((value) => value !== 0).length * fanOut;
    const title = `${fanIn}→${fanOut}, zeros ${zeros}`;
    const x = input.data as Float32Array;
    const w = weight.data as Float32Array;
    const b = bias.data as Float32Array;
    const y = output.data as Float32Array;
    const dx = dInput.data as Float32Array;
    const dy = dOutput.data as Float32Array;
    return [
      {
        title: `affine ${title}`,
        flops: 2 * present,
        bytes: 4 * present,
        bind: (kernels) => kernels.affine(input, weight, bias, output),
        blas: (blas) => () => {
          y.set(b);
          blas.vectorMatrix(fanIn, fanOut, w, x, 1, y);
        },
        result: output,
      },
      {
        title: `dInput ${title}`,
        flops: 2 * all,
        bytes: 4 * all,
        bind: (kernels) => kernels.matmul(dOutput, weight.transpose(1, 0), { tensor: dInput, beta: 0 }),
        blas: (blas) => () => blas.matrixVector(fanIn, fanOut, w, dy, dx),
        result: dInput,
      },
      {
        title: `sgd ${title}`,
        flops: 2 * present,
        bytes: 8 * present,
        bind(kernels) {
          const update = kernels.sgd(weight, gradient, NONE);
          return () => update(RATE, 1);
        },
        blas: (blas) => () => blas.outer(fanIn, fanOut, -RATE, x, dy, w),
      },
      {
        title: `sgd, l2 kept, ${title}`,
        flops: 2 * present,
        bytes: 8 * present,
        bind(kernels) {
          const update = kernels.sgd(decayed, gradient, L2, memory.tensor([1]));
          return () => update(L2_RATE, 1);
        },
      },
      {
        title: `sgd, l2 at once, ${title}`,
        flops: all + 2 * present,
        bytes: 8 * all + 8 * present,
        bind(kernels) {
          const update = kernels.sgd(decayed, gradient, L2);
          return () => update(L2_RATE, 1);
        },
      },
      {
        title: `momentum ${title}`,
        flops: 4 * all,
        bytes: 16 * all,
        bind(kernels) {
          const update = kernels.update('momentum', weight, gradient, NONE, { velocity: moment1 });
          return () => update(RATE, 1);
        },
      },
      {
        title: `adam ${title}`,
        flops: 12 * all,
        bytes: 24 * all,
        bind(kernels) {
          const update = kernels.update('adam', weight, gradient, NONE, { moment1, moment2 });
          return () => update(RATE, 10);
        },
      },
    ];
  });
}
