import type { Arena, Kernels, Run, Tensor } from '@fluxion/tensor';
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

/** The same, and the share of the outputs' gradients that is zero, as before a relu: for what both are multiplied in. */
const RELU_SHAPES = [
  [128, 784, 512, 0, 0.9],
  [32, 784, 500, 0, 0.8],
  [32, 784, 500, 0, 0.9],
  [32, 784, 500, 0.5, 0.8],
] as const;

/** Rows up to which the blas kernels do not ask BLAS for a product with a transposed matrix. */
const FEW_ROWS = 4;
const NONE = { l1: 0, l2: 0 };

/** What is multiplied ahead for a block of examples: X·Xᵀ, and the corrections of eight by the pairs before them. */
const BLOCK = 32;
const TOGETHER = 8;
const PAIRS = [8, 24];

/**
 * The products of a linear box on a minibatch: forward, to its child, its gradient, its update by SGD; and those that correct
 * a block of examples for the updates that wait.
 */
export function matrixCases(memory: Arena): readonly KernelCase[] {
  return [...boxCases(memory), ...reluCases(memory), ...blockCases(memory)];
}

function boxCases(memory: Arena): readonly KernelCase[] {
  return SHAPES.flatMap(([m, inner, n, zeros]) => {
    const share = shareOf(zeros);
    const input = filled(memory, [m, inner], zeros);
    const weight = filled(memory, [inner, n]);
    const bias = filled(memory, [n]);
    const output = memory.tensor([m, n]);
    const dOutput = filled(memory, [m, n], zeros);
    const dInput = memory.tensor([m, inner]);
    const bytes = 4 * (m * inner + inner * n + m * n);
    const toChild = byBlas(`dInput ${m}×${n}×${inner}${share}`, 2 * nonzeros(dOutput) * inner, bytes, (k) =>
      k.matmul(dOutput, weight.transpose(1, 0), { tensor: dInput, beta: 0 }),
    );
    return [
      byBlas(`affine ${m}×${inner}×${n}${share}`, 2 * nonzeros(input) * n, bytes, (k) =>
        k.affine(input, weight, bias, output),
      ),
      m > FEW_ROWS ? toChild : { ...toChild, blas: undefined },
      ...gradientCases(memory, input, weight, dOutput, share),
    ];
  });
}

function reluCases(memory: Arena): readonly KernelCase[] {
  return RELU_SHAPES.flatMap(([m, inner, n, zeros, outputZeros]) =>
    gradientCases(
      memory,
      filled(memory, [m, inner], zeros),
      filled(memory, [inner, n]),
      filled(memory, [m, n], outputZeros),
      `, zeros ${zeros} and ${outputZeros}`,
    ),
  );
}

/** The gradient of a weight, and its update by SGD. */
function gradientCases(
  memory: Arena,
  input: Tensor,
  weight: Tensor,
  dOutput: Tensor,
  share: string,
): readonly KernelCase[] {
  const [m, inner] = input.shape as [number, number];
  const [, n] = weight.shape as [number, number];
  const dWeight = memory.tensor([inner, n]);
  const flops = 2 * Math.min(nonzeros(input) * n, nonzeros(dOutput) * inner);
  const bytes = 4 * (m * inner + inner * n + m * n);
  return [
    byBlas(`dWeight ${inner}×${m}×${n}${share}`, flops, bytes, (k) =>
      k.matmul(input.transpose(1, 0), dOutput, { tensor: dWeight, beta: 0 }),
    ),
    byBlas(`sgd ${inner}×${m}×${n}${share}`, flops, bytes + 4 * inner * n, (k) => {
      const update = k.sgd(weight, { form: 'factored', pairs: [{ input, dOutput }] }, NONE);
      return () => update(1e-9, 1);
    }),
  ];
}

function blockCases(memory: Arena): readonly KernelCase[] {
  const [fanIn, fanOut] = [784, 500];
  const between = [0, 0.5].map((zeros) => {
    const inputs = filled(memory, [BLOCK, fanIn], zeros);
    const products = memory.tensor([BLOCK, BLOCK]);
    const bytes = 4 * (2 * BLOCK * fanIn + BLOCK * BLOCK);
    return byBlas(
      `X·Xᵀ ${BLOCK}×${fanIn}×${BLOCK}${shareOf(zeros)}`,
      // The other half is the same.
      nonzeros(inputs) * (BLOCK + 1),
      bytes,
      (k) => k.matmul(inputs, inputs.transpose(1, 0), { tensor: products, beta: 0 }),
    );
  });
  const corrections = PAIRS.map((pairs) => {
    const coefficients = filled(memory, [TOGETHER, pairs]);
    const outputs = filled(memory, [pairs, fanOut]);
    const sums = memory.tensor([TOGETHER, fanOut]);
    const bytes = 4 * (TOGETHER * pairs + pairs * fanOut + 2 * TOGETHER * fanOut);
    return byBlas(`correction ${TOGETHER}×${pairs}×${fanOut}`, 2 * TOGETHER * pairs * fanOut, bytes, (k) =>
      k.matmul(coefficients, outputs, { tensor: sums, beta: 1 }),
    );
  });
  return [...between, ...corrections];
}

function byBlas(title: string, flops: number, bytes: number, bind: (kernels: Kernels) => Run): KernelCase {
  return { title, flops, bytes, bind, blas: ({ kernels }) => bind(kernels) };
}

function shareOf(zeros: number): string {
  return zeros === 0 ? '' : `, zeros ${zeros}`;
}

/** Each of them is a factor of as many products as the other matrix has columns. */
function nonzeros({ data }: Tensor): number {
  return data.filter((value) => value !== 0).length;
}
