import type { Cell } from '../measuring/cell.js';
import { ROUND_SECONDS, ROUNDS } from '../measuring/measureRounds.js';
import { thisMachine } from '../pages/thisMachine.js';
import { blasTables } from './blasTables.js';
import { ratioTable } from './ratioTable.js';
import { regularizedShares } from './regularizedShares.js';
import { speedTable } from './speedTable.js';

/** The page about the speed of training. */
export function trainingPage(cells: readonly Cell[], absent: readonly string[]): string {
  const versions = cells.flatMap(({ result }) => ('leftOut' in result ? [] : [result.version]));
  const reasons = cells.flatMap(({ contender, result }) =>
    'leftOut' in result ? [`left out: ${contender}: ${result.leftOut}`] : [],
  );
  const shares = regularizedShares(cells);
  const throughBlas = blasTables(cells);
  const list = (items: readonly string[]): string =>
    [...new Set(items)].map((item) => `- ${item}`).join('\n');
  return `# Benchmarks

Written by \`pnpm bench\` (\`npm run bench\`) on: ${thisMachine()}.

Each contender is warm and waits in a process of its own; in each of ${ROUNDS} rounds each trains for about ${ROUND_SECONDS} s, after
as long again to warm up, one after the other. One thread, on the same processor, unless named; float32, relu, softmax
cross-entropy, SGD. A dash: not measured.

\`pnpm bench NAME-PART\` measures the columns whose name contains NAME-PART and writes nothing; \`pnpm bench kernels\`
measures the kernels, beside BLAS.

## After every single example

A step on one example reads and writes every weight once, in any language: that is what it costs, and \`native limit\` below does
nothing else. It need not be. The update of a large weight by one example is the product of a column and a row, so the updates of 32
examples are one product of matrices, which touches the weight once; until then each example is corrected by those before it. It is
the same algorithm, to the last term ([how](architecture.md#many-examples-one-product)). \`npm run bench single\` measures it beside
the step written by hand in C, one by one and blocked, and in PyTorch: [docs/benchmarks-single.md](benchmarks-single.md). Each page
is of a run of its own, perhaps on a faster or slower machine: compare figures of the same page only.

![Examples per second by the width of the hidden layer](benchmarks-single.svg)

## Examples per second

Medians of the rounds. \`fluxion wasm\` goes from the Arrow file through the stream of operators; the file stays open from
one round to the next, as rounds are pieces of one training. The bare loop does the same arithmetic on data in memory.
\`native limit\` is a program in C that only reads and writes the first layer's weight, as a step has to; \`BLAS products
alone\` are the products of matrices of a step, and nothing else. \`memory kept\`: glibc is told to keep what PyTorch
frees, which it gives back to the system and takes again in each step.

${speedTable(cells)}

## How many times as fast is \`fluxion wasm\`?

The median of the rounds' ratios; in brackets, the interquartile range.

${ratioTable(cells)}
${shares && `\nWhat the regularizer l2 leaves of the speed without it: ${shares}.\n`}${
  throughBlas &&
  `
## Minibatches through BLAS

\`fluxion blas\` beside PyTorch on the same BLAS, and beside the products of a step alone, which are as fast as anything
can be that multiplies by this BLAS. PyTorch has its examples in memory, as floats, and so has the bare loop; the others
of ours read and decode them from the file meanwhile.

${throughBlas}
`
}
## What was measured

${list([...versions, ...reasons, ...absent])}
`;
}
