import type { Arena } from '@fluxion/tensor';
import { filled } from './filled.js';
import type { KernelCase } from './kernelCase.js';

const SIZES = [3, 16, 500, 65_536];
const FUNCTIONS = ['relu', 'sigmoid', 'tanh'] as const;

/** Functions of each element, sums, softmax and the loss, on one row. An exponential counts as one operation. */
export function mapCases(memory: Arena): readonly KernelCase[] {
  return SIZES.flatMap((n): KernelCase[] => {
    const input = filled(memory, [1, n]);
    const output = memory.tensor([1, n]);
    const dOutput = filled(memory, [1, n]);
    const sums = { tensor: memory.tensor([n]), beta: 0 } as const;
    const sink = { tensor: memory.tensor([1, n]), beta: 0 } as const;
    const labels = memory.labels(1);
    const losses = memory.tensor([1]);
    return [
      ...FUNCTIONS.flatMap((name): KernelCase[] => [
        {
          title: `${name} ${n}`,
          flops: n,
          bytes: 8 * n,
          bind: (kernels) => kernels.elementwise(name, input, output),
        },
        {
          title: `${name} gradient ${n}`,
          flops: 3 * n,
          bytes: 16 * n,
          bind: (kernels) => kernels.elementwiseGradient(name, input, output, dOutput, sink),
        },
      ]),
      {
        title: `softmax ${n}`,
        flops: 3 * n,
        bytes: 8 * n,
        bind: (kernels) => kernels.softmax(input, output),
      },
      { title: `copy ${n}`, flops: n, bytes: 8 * n, bind: (kernels) => kernels.copy(input, sink) },
      { title: `sumRows ${n}`, flops: n, bytes: 8 * n, bind: (kernels) => kernels.sumRows(input, sums) },
      {
        title: `sumSquares ${n}`,
        flops: 2 * n,
        bytes: 4 * n,
        bind: (kernels) => kernels.sumSquares(input),
      },
      {
        title: `softmaxCrossEntropy ${n}`,
        flops: 3 * n,
        bytes: 8 * n,
        bind: (kernels) => kernels.softmaxCrossEntropy(input, labels, output, losses),
      },
      {
        title: `softmaxCrossEntropyGradient ${n}`,
        flops: n,
        bytes: 8 * n,
        bind: (kernels) => kernels.softmaxCrossEntropyGradient(output, labels, sink, 1),
      },
    ];
  });
}
