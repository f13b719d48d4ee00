import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { KERNEL_ROUNDS } from './kernelRounds.js';
import { type KernelFigures, kernelTable } from './kernelTable.js';

/** All that was measured of the kernels. */
export interface KernelsReport {
  /** Operations a second of wasm in registers alone. */
  readonly limit: number;
  readonly matrices: readonly KernelFigures[];
  readonly vectors: readonly KernelFigures[];
  readonly maps: readonly KernelFigures[];
  readonly steps: readonly StepFigures[];
  /** Which BLAS there is. */
  readonly blas: string | undefined;
  /** What is missing, and why. */
  readonly leftOut: readonly string[];
}

/** Processor seconds of a step, by the name of the kernels. */
export interface StepFigures {
  readonly title: string;
  readonly batchSize: number;
  readonly seconds: Readonly<Record<string, number>>;
}

const IMPLEMENTATIONS = ['wasm', 'wasm-relaxed', 'BLAS'];

/** The page about the speed of each kernel. Parts of which nothing was measured are left away. */
export function kernelsPage({ limit, matrices, vectors, maps, steps, blas, leftOut }: KernelsReport): string {
  const section = (title: string, text: string, figures: readonly KernelFigures[]): string =>
    figures.length === 0 ? '' : `\n## ${title}\n\n${text}\n\n${kernelTable(figures, IMPLEMENTATIONS)}\n`;
  const notes = [...(blas === undefined ? [] : [`BLAS: ${blas}`]), ...leftOut];
  return `# Benchmarks of the kernels

Written by \`pnpm bench kernels\` (\`npm run bench kernels\`) on: ${thisMachine()}.

One thread, float32; processor time, the median of ${KERNEL_ROUNDS.rounds} rounds in which the implementations take turns, after a warm-up.
GFLOP/s and GB/s count what a kernel has to compute, and to read and write, at least; what stays in a cache from one call
to the next may be faster than memory.

\`pnpm bench kernels PART\` measures the rows whose title contains PART and writes nothing.

${notes.map((note) => `- ${note}`).join('\n')}
${section(
  'Products of matrices',
  `A linear box on a minibatch: rows × summed × columns, where a share of the inputs and of the outputs' gradients is zero.
GFLOP/s count the zeros, though wasm leaves them out where there are many. BLAS: \`createKernels('blas', …)\`, which is its
\`sgemm\`. Strict SIMD that multiplies and adds in registers, and neither loads nor stores, came to ${(limit / 1e9).toFixed(1)} GFLOP/s
in this run: the arithmetic limit of \`wasm\` where nothing is zero.`,
  matrices,
)}${section(
  'One example',
  'A linear box on one example, fanIn→fanOut, of whose inputs a share is zero: rows of the weight whose input is zero are\nneither read nor counted, where the kernel may pass them over. With l2 kept, what it takes off is applied when it counts, as\n`sgd()` has it; at once, in each update. BLAS: its `sgemv` and `sger`, called through koffi.',
  vectors,
)}${section('Functions, sums, losses', 'On one row. An exponential counts as one operation.', maps)}${stepsSection(steps)}`;
}

function stepsSection(steps: readonly StepFigures[]): string {
  if (steps.length === 0) return '';
  const names = [...new Set(steps.flatMap(({ seconds }) => Object.keys(seconds)))];
  const rows = steps.map(({ title, batchSize, seconds }) => [
    title,
    ...names.map((name) => {
      const each = seconds[name];
      return each === undefined ? undefined : Math.round(batchSize / each).toLocaleString('en');
    }),
  ]);
  return `
## Whole steps

Forward, backward and SGD as a list of bound kernels, without graph and stream: examples per second.

${markdownTable(['network', ...names], rows)}
`;
}
