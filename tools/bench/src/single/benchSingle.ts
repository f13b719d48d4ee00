import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchFiles, isPresent } from '../contenders/benchFiles.js';
import { contenderCommand } from '../contenders/contenderCommand.js';
import type { Workload } from '../contenders/workload.js';
import { type Cell, measuredOf, told } from '../measuring/cell.js';
import {
  measureRounds,
  ROUND_SECONDS,
  ROUNDS,
  type Turn,
  WARM_UP_SECONDS,
} from '../measuring/measureRounds.js';
import { median } from '../measuring/median.js';
import { ratioOf, times } from '../measuring/ratio.js';
import { logChart } from '../pages/logChart.js';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';

const OURS = ['fluxion wasm', 'fluxion blas, 1 thread'] as const;
const ONE_BY_ONE = 'fluxion wasm, one by one';
const TWO_CORES = ['fluxion wasm, 2 threads', 'fluxion blas, 2 threads', 'C, blocked, 2 threads'] as const;
const [LOOPS, BLOCKED, BY_HAND] = ['C, loops', 'C, blocked', 'PyTorch by hand'] as const;
const PYTORCH = 'PyTorch, 1 thread';
const plain = [...OURS, ONE_BY_ONE, ...TWO_CORES, LOOPS, 'C, gemv + ger', BLOCKED, BY_HAND, PYTORCH, 'FANN'];
const withMomentum = [...OURS, ONE_BY_ONE, LOOPS, BLOCKED, PYTORCH];

const step: Workload = { name: '', sizes: [784, 500, 10], batchSize: 1, data: 'fashion', l2: 0 };
const columns: readonly { readonly workload: Workload; readonly contenders: readonly string[] }[] = [
  { workload: { ...step, name: 'Fashion-MNIST' }, contenders: plain },
  { workload: { ...step, name: 'centred', data: 'centred' }, contenders: plain },
  { workload: { ...step, name: 'MNIST', data: 'mnist' }, contenders: [...OURS, ONE_BY_ONE] },
  { workload: { ...step, name: 'Fashion-MNIST, momentum', momentum: 0.9 }, contenders: withMomentum },
  {
    workload: { ...step, name: 'centred, momentum', data: 'centred', momentum: 0.9 },
    contenders: withMomentum,
  },
  {
    workload: { ...step, name: '784-1024-1024-10', sizes: [784, 1024, 1024, 10] },
    contenders: [...OURS, ONE_BY_ONE, PYTORCH],
  },
];

const PICTURE = fileURLToPath(new URL('../../../../docs/benchmarks-single.svg', import.meta.url));
/** Units of the hidden layer, for the picture. */
const WIDTHS = [64, 128, 250, 500, 1000, 2000];
const inPicture = [...OURS, ONE_BY_ONE, LOOPS, BLOCKED, BY_HAND];
const PICTURE_ROUNDS = 5;
const ofWidth = (width: number): Workload => ({ ...step, name: `${width}`, sizes: [784, width, 10] });

/**
 * Measures SGD after each example, 784-500-10, beside the same step written by hand in C and in PyTorch; draws the picture
 * of speed by width.
 *
 * @param part of the columns' names that are measured; all, and the picture, if empty
 * @returns the page
 * @throws {Error} when the pictures are not on this machine.
 */
export async function benchSingle(part: string): Promise<string> {
  if (!isPresent('fashion')) {
    throw new Error(
      'bench single: expected Fashion-MNIST on this machine; apt-get install dataset-fashion-mnist',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const cells: Cell[] = [];
    for (const { workload, contenders } of columns) {
      if (workload.name.includes(part))
        cells.push(...(await measure([workload], contenders, ROUNDS, folder)));
    }
    if (part === '') {
      const widths = WIDTHS.map(ofWidth);
      await writeFile(PICTURE, picture(await measure(widths, inPicture, PICTURE_ROUNDS, folder)));
    }
    return singlePage(cells);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Measures contenders, the workloads one after the other. */
async function measure(
  workloads: readonly Workload[],
  contenders: readonly string[],
  rounds: number,
  folder: string,
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  const seconds = { roundSeconds: ROUND_SECONDS, warmUpSeconds: WARM_UP_SECONDS };
  for (const workload of workloads) {
    const files = await benchFiles(workload.data, folder);
    const turns = contenders.map((contender): Turn<Workload> => {
      const job = { contender, workload, files, ...seconds };
      return { contender, workload, command: () => contenderCommand(job, folder) };
    });
    const measured = await measureRounds(turns, rounds);
    for (const cell of measured) console.log(told(cell));
    cells.push(...measured);
  }
  return cells;
}

/** Examples a second by the width of the hidden layer, of those that were measured. */
function picture(cells: readonly Cell[]): string {
  const lines = inPicture.map((name) => ({
    name,
    dashed: !name.startsWith('fluxion'),
    points: WIDTHS.flatMap((width): [number, number][] => {
      const found = measuredOf(cells, name, `${width}`);
      return found ? [[width, median(found.examplesPerSecond)]] : [];
    }),
  }));
  return logChart({
    title: '784-n-10, Fashion-MNIST, SGD after each example, one thread',
    x: 'n, units of the hidden layer',
    y: 'examples/s',
    lines: lines.filter(({ points }) => points.length > 0),
  });
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

784-500-10, relu, softmax cross-entropy, SGD at 0.01 after *each* example, float32, one thread unless named. Ours reads an Arrow
file through the stream of operators; the others have their examples in memory. *Centred*: the pictures with mean 0 and deviation 1,
so that no input is zero; of Fashion-MNIST itself, half are, of MNIST four in five. Each contender is warm and waits in a process of
its own; in each of ${ROUNDS} rounds each trains for about ${ROUND_SECONDS} s, one after the other.

*C, loops* is the whole step written by hand and compiled for this machine, which leaves out what is zero; *gemv + ger* calls
OpenBLAS. Both update the weight after each example; so does *one by one*, our own kernels where no update waits.
*C, blocked* and ours keep updates back and apply them together, exactly: [how](architecture.md#many-examples-one-product).
*FANN* has sigmoids and squared error. *C, blocked* has nothing to read, check or observe: what this machine's BLAS allows.

![Examples per second by the width of the hidden layer](benchmarks-single.svg)

## Examples per second

Medians of the rounds. A dash: not measured.

${markdownTable(['examples/s', ...workloads], speeds)}

## Ratios

The median of the rounds' ratios; in brackets, the interquartile range.

${ratios.join('\n\n')}

## What was measured

${[...new Set(known)].map((line) => `- ${line}`).join('\n')}
`;
}
