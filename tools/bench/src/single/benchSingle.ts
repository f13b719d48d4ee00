import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFiles, isPresent } from '../benchFiles.js';
import { type Cell, measuredOf, told } from '../cell.js';
import { contenderCommand } from '../contenderCommand.js';
import { markdownTable } from '../markdownTable.js';
import { measureRounds, ROUND_SECONDS, ROUNDS, type Turn, WARM_UP_SECONDS } from '../measureRounds.js';
import { median } from '../median.js';
import { ratioOf, times } from '../ratio.js';
import { thisMachine } from '../thisMachine.js';
import type { Workload } from '../workload.js';

const NATIVE = ['C, loops', 'C, gemv + ger', 'C, blocked', 'PyTorch by hand'] as const;
const OURS = ['fluxion wasm', 'fluxion blas, 1 thread'] as const;
const PYTORCH = 'PyTorch, 1 thread';

const step: Workload = { name: '', sizes: [784, 500, 10], batchSize: 1, data: 'fashion', l2: 0 };
const columns: readonly { readonly workload: Workload; readonly contenders: readonly string[] }[] = [
  { workload: { ...step, name: 'Fashion-MNIST' }, contenders: [...OURS, ...NATIVE, PYTORCH] },
  { workload: { ...step, name: 'centred', data: 'centred' }, contenders: [...OURS, ...NATIVE, PYTORCH] },
  { workload: { ...step, name: 'Fashion-MNIST, momentum', momentum: 0.9 }, contenders: [...OURS, PYTORCH] },
  {
    workload: { ...step, name: 'centred, momentum', data: 'centred', momentum: 0.9 },
    contenders: [...OURS, PYTORCH],
  },
];

/**
 * Measures SGD after each example, 784-500-10, beside the same step written by hand in C and in PyTorch.
 *
 * @returns the page
 * @throws {Error} when the pictures are not on this machine.
 */
export async function benchSingle(): Promise<string> {
  if (!isPresent('fashion')) {
    throw new Error(
      'bench single: expected Fashion-MNIST on this machine; apt-get install dataset-fashion-mnist',
    );
  }
  const cells: Cell[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    for (const { workload, contenders } of columns) {
      const files = await benchFiles(workload.data, folder);
      const rounds = { roundSeconds: ROUND_SECONDS, warmUpSeconds: WARM_UP_SECONDS };
      const turns = contenders.map((contender): Turn<Workload> => {
        const job = { contender, workload, files, ...rounds };
        return { contender, workload, command: () => contenderCommand(job, folder) };
      });
      const measured = await measureRounds(turns, ROUNDS);
      for (const cell of measured) console.log(told(cell));
      cells.push(...measured);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return singlePage(cells);
}

/** The page about training after each example. */
export function singlePage(cells: readonly Cell[]): string {
  const workloads = columns.map(({ workload }) => workload.name);
  const names = [...new Set(cells.map(({ contender }) => contender))];
  const speeds = names.map((contender) => [
    contender,
    ...workloads.map((workload) => {
      const found = measuredOf(cells, contender, workload);
      return found && Math.round(median(found.examplesPerSecond)).toLocaleString('en');
    }),
  ]);
  const ratios = OURS.map((ours) =>
    markdownTable(
      [`${ours}: times as fast as`, ...workloads],
      names
        .filter((name) => name !== ours)
        .map((name) => [
          name,
          ...workloads.map((workload) => {
            const [mine, theirs] = [measuredOf(cells, ours, workload), measuredOf(cells, name, workload)];
            return mine && theirs && times(ratioOf(mine, theirs));
          }),
        ]),
    ),
  );
  const known = cells.map(({ contender, result }) =>
    'leftOut' in result ? `left out: ${contender}: ${result.leftOut}` : `${contender}: ${result.version}`,
  );
  return `# Training after each example

Written by \`npm run bench single\` on: ${thisMachine()}.

784-500-10, relu, softmax cross-entropy, SGD at 0.01 after *each* example, float32, one thread. Ours reads an Arrow file through the
stream of operators; the others have their examples in memory. *Centred*: the pictures with mean 0 and deviation 1, so that no input
is zero; of Fashion-MNIST itself, half are. Each contender is warm and waits in a process of its own; in each of ${ROUNDS} rounds each
trains for about ${ROUND_SECONDS} s, one after the other.

*C, loops* is the whole step written by hand and compiled for this machine, which leaves out what is zero; *gemv + ger* calls
OpenBLAS. Both update the weight after each example, as everybody does. *C, blocked* and ours keep updates back and apply them
together, exactly: [how](architecture.md#many-examples-one-product).

## Examples per second

Medians of the rounds. A dash: not measured.

${markdownTable(['examples/s', ...workloads], speeds)}

## Ratios

The median of the rounds' ratios; in brackets, between what the middle half of them lies.

${ratios.join('\n\n')}

## What was measured

${[...new Set(known)].map((line) => `- ${line}`).join('\n')}
`;
}
