import { type Cell, type Measured, measuredOf } from '../measuring/cell.js';
import { ROUND_SECONDS, ROUNDS } from '../measuring/measureRounds.js';
import { median } from '../measuring/median.js';
import { ratioOf, times } from '../measuring/ratio.js';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { BLAS, columns, PROCESSES, WASM } from './columns.js';
import { momentumTable } from './momentumTable.js';
import { targetTable } from './targetTable.js';

const OURS = [WASM, BLAS];
const workloads = [...new Set(columns.flat().map(({ workload }) => workload.name))];

/**
 * The page about training after each example.
 *
 * @param waiting where it pays that updates wait; left out where it is empty
 */
export function singlePage(cells: readonly Cell[], waiting = ''): string {
  const names = [...new Set(cells.map(({ contender }) => contender))];
  const ratios = OURS.map((ours) =>
    markdownTable(
      [`${ours}: times as fast as`, ...workloads],
      rowsOf(
        names.filter((name) => name !== ours),
        (name, workload) => {
          const [mine, theirs] = [measuredOf(cells, ours, workload), measuredOf(cells, name, workload)];
          return mine && theirs && times(ratioOf(mine, theirs));
        },
      ),
    ),
  );
  const speeds = figures(cells, names, ({ examplesPerSecond }) =>
    Math.round(median(examplesPerSecond)).toLocaleString('en'),
  );
  const losses = figures(cells, names, ({ firstLoss }) => firstLoss?.toFixed(3)).filter(([, ...told]) =>
    told.some((loss) => loss !== undefined),
  );
  const known = cells.map(({ contender, result }) =>
    'leftOut' in result ? `left out: ${contender}: ${result.leftOut}` : `${contender}: ${result.version}`,
  );
  return `# Training after each example

Written by \`npm run bench single\` on: ${thisMachine()}.

784-500-10, relu, softmax cross-entropy, SGD at 0.01 after *each* example, float32, one thread unless named. Ours reads an Arrow
file through the stream of operators; the others have their examples in memory. *Centred*: the pictures with mean 0 and deviation 1,
so that no input is zero; of Fashion-MNIST itself, half are, of MNIST four in five. *Momentum* is 0.9, at 0.001. *Table*: 128 columns of
numbers, none of them zero, and squared error; the weights are too small for updates to wait. Each contender is warm and waits in a
process of its own; in each of ${ROUNDS} rounds each trains for about ${ROUND_SECONDS} s, after as long again to warm up, one after the
other; ours holds its stream back in between. Those of one thread run on the same processor. Each has ${PROCESSES} processes in turn, each
on the next processor: what an engine compiles while it runs is not the same each time. There are at most ten in the same rounds, so
that none waits for long; those of one thread that the targets below compare are among the same ten, with momentum and without.

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
${section(
  'Speed with momentum',
  'The speed with momentum 0.9 as a share of that without.',
  momentumTable(cells),
)}${section(
  'Targets',
  `Each ratio should be *at least* its target; where *C*, the fastest of its programs, comes to less in the same run, 85 % of what that
comes to. The share that momentum leaves is compared with the share that it leaves to the fastest in C, on two threads with *C, blocked*.
Our own WebAssembly beside itself has no such limit.`,
  targetTable(cells),
)}${section(
  'Where it pays to wait',
  `Times as fast as one by one where *all* updates wait, by the numbers of the first layer's weight and by how many of the input's
numbers are not zero; random inputs, 784-n-10. *Events* are not known before they come: their updates are one product, their outputs are
not. From where on the kernels let updates wait goes [by these figures](architecture.md#many-examples-one-product).`,
  waiting,
)}${section(
  'Do they learn alike?',
  'The mean loss of the first 1,000 examples, each before its update; each contender has random weights of its own, of one kind.',
  losses.length === 0 ? '' : markdownTable(['mean loss', ...workloads], losses),
)}
## What was measured

${[...new Set(known)].map((line) => `- ${line}`).join('\n')}
`;
}

/** A row for each contender, a figure for each workload. */
function figures(
  cells: readonly Cell[],
  names: readonly string[],
  figure: (measured: Measured) => string | undefined,
): readonly Row[] {
  return rowsOf(names, (name, workload) => {
    const found = measuredOf(cells, name, workload);
    return found && figure(found);
  });
}

type Row = readonly [contender: string, ...figures: (string | undefined)[]];

function rowsOf(
  names: readonly string[],
  figure: (name: string, workload: string) => string | undefined,
): readonly Row[] {
  return names.map((name) => [name, ...workloads.map((workload) => figure(name, workload))] as const);
}

function section(title: string, text: string, table: string): string {
  return table === '' ? '' : `\n## ${title}\n\n${text}\n\n${table}\n`;
}
