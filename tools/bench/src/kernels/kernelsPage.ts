import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { KERNEL_ROUNDS } from './kernelRounds.js';
import { type KernelFigures, kernelTable } from './kernelTable.js';

/** All that was measured of the kernels. */
export interface KernelsReport {
  /** Operations a second in registers alone, by the name of the kernels. */
  readonly limits: Readonly<Record<string, number>>;
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
export function kernelsPage({
  limits,
  matrices,
  vectors,
  maps,
  steps,
  blas,
  leftOut,
}: KernelsReport): string {
  const section = (
    title: string,
    text: string,
    figures: readonly KernelFigures[],
    limited?: Readonly<Record<string, number>>,
  ): string =>
    figures.length === 0
      ? ''
      : `\n## ${title}\n\n${text}\n\n${kernelTable(figures, IMPLEMENTATIONS, limited)}\n`;
  const registers = Object.entries(limits).map(
    ([name, limit]) => `\`${name}\` ${(limit / 1e9).toFixed(1)} GFLOP/s`,
  );
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
  `A linear box on a minibatch: rows × summed × columns, where a share of the inputs and of the outputs' gradients is zero; or of
the inputs one and of the gradients, as before a relu, another.
\`X·Xᵀ\` and \`correction\` are what else a block of 32 examples takes when updates wait: what each input has in common with each
other, and the corrections of eight examples by the pairs before them ([how](architecture.md#many-examples-one-product)). Products
with a zero of the first matrix, or of the gradients where they have more, are not counted: \`wasm\` leaves them out where that is faster,
BLAS never does.
BLAS: \`createKernels('blas', …)\`, which is its \`sgemm\`, of X·Xᵀ up to the diagonal only. *Of the limit*: beside what the same SIMD instructions came to in this
run when they multiply and add in registers, and neither load nor store: ${registers.join(', ')}.`,
  matrices,
  limits,
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
