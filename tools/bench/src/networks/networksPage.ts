import { type Cell, measuredOf } from '../measuring/cell.js';
import { ROUND_SECONDS } from '../measuring/measureRounds.js';
import { median } from '../measuring/median.js';
import { percent, ratioOf, times } from '../measuring/ratio.js';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import type { Network } from './network.js';

/** Everybody, in the order of the rounds and of the table: neighbours are compared most fairly. */
export const NETWORK_CONTENDERS = [
  'wasm products alone',
  'fluxion wasm',
  'PyTorch',
  'fluxion blas',
  'BLAS products alone',
  'tfjs wasm',
  'tfjs cpu',
  'ConvNetJS',
] as const;
const PEERS = ['PyTorch', 'tfjs wasm', 'tfjs cpu', 'ConvNetJS'] as const;
const OURS = [
  ['fluxion wasm', 'wasm products alone'],
  ['fluxion blas', 'BLAS products alone'],
] as const;

/** Fewer than of training: some peers take seconds for a step. */
export const NETWORK_ROUNDS = 7;

/** The page about the speed of networks of layers. */
export function networksPage(cells: readonly Cell<Network>[]): string {
  const names = [...new Set(cells.map(({ workload }) => workload.name))];
  const each = (cell: (network: string) => string | undefined) => names.map(cell);
  const speeds = NETWORK_CONTENDERS.map((contender) => [
    contender,
    ...each((network) => {
      const found = measuredOf(cells, contender, network);
      return found && written(median(found.examplesPerSecond));
    }),
  ]);
  const ratios = OURS.flatMap(([ours, limit]) => {
    const against = (name: string, format: typeof times) =>
      each((network) => {
        const [a, b] = [measuredOf(cells, ours, network), measuredOf(cells, name, network)];
        return a && b && format(ratioOf(a, b));
      });
    return [
      ...PEERS.map((peer) => [`${ours} : ${peer}`, ...against(peer, times)]),
      [`${ours} : its products alone`, ...against(limit, percent)],
    ];
  });
  const notes = cells.map(({ contender, workload, result }) =>
    'leftOut' in result ? `left out: ${contender}, ${workload.name}: ${result.leftOut}` : result.version,
  );
  return `# Benchmarks of networks

Written by \`pnpm bench networks\` (\`npm run bench networks\`) on: ${thisMachine()}.

Each contender is warm and waits in a process of its own; in each of ${NETWORK_ROUNDS} rounds each trains for about ${ROUND_SECONDS} s, after
as long again to warm up, one after the other, on examples in memory. One thread, on the same processor; processor time, for
the machine may be shared; float32, softmax cross-entropy, SGD. A dash: not measured.

- LeNet: 28×28 digits of MNIST, two convolutions of 5×5 with 6 and 16 channels, linear 120, 84, 10
- conv 32-64-128: 32×32×3, three convolutions of 3×3, each with relu and a pool of 2×2, linear 10
- lstm 128: 64 steps of 64 numbers, an lstm of 128, linear 10 on its last state
- transformer 128: 64 tokens of 128 numbers, attention of 4 heads and two layers of 512 and 128, each with a skip and
  layerNorm; their mean, linear 10
- clicks: 8 words out of 100,000, vectors of 16, linear 64, relu, linear 2

\`pnpm bench networks NAME-PART\` measures the columns whose name contains NAME-PART and writes nothing.

## Examples per second

Medians of the rounds. \`products alone\` are the products of matrices of a step and nothing else, by the same kernels, on
operands without zeros.

${markdownTable(['examples/s', ...names], speeds)}

## How many times as fast?

The median of the rounds' ratios; in brackets, the interquartile range.

${markdownTable(['', ...names], ratios)}

## What was measured

${[...new Set(notes)].map((note) => `- ${note}`).join('\n')}
`;
}

function written(speed: number): string {
  return speed < 100 ? speed.toPrecision(2) : Math.round(speed).toLocaleString('en');
}
