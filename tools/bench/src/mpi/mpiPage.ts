import { cpus } from 'node:os';
import { markdownTable } from '../markdownTable.js';
import { thisMachine } from '../thisMachine.js';
import { allreduceSeconds, fitLine, type Line } from './costModel.js';
import type { Learned } from './learning.js';

/** Seconds of an allreduce over two ranks, by size. */
export interface AllreduceTimes {
  readonly name: string;
  readonly rows: readonly { readonly size: number; readonly ours: number; readonly c: number | undefined }[];
}

/** Examples a second of all ranks: minibatches of 128 over all, and of 2; and the same of 128 where nothing is exchanged. */
export interface Scaling {
  readonly ranks: number;
  readonly minibatches: number;
  readonly pairs: number | undefined;
  readonly apart: number;
}

/** Two ranks that take the mean of their weights every so many examples of each. */
export interface Averaged extends Learned {
  readonly every: number;
}

/** What a rank reads at most, in bytes for each byte of the file: to find its rows, to fit an encoder, and in an epoch. */
export interface RankReads {
  readonly opening: number;
  readonly fitting: number;
  readonly epoch: number;
  /** Of all ranks, which do nothing but make examples. */
  readonly examplesPerSecond: number;
}

export interface MpiFigures {
  /** The library that training was measured with. */
  readonly library: string;
  readonly times: readonly AllreduceTimes[];
  readonly scaling: readonly Scaling[];
  /** One process, after each example. */
  readonly one: Learned;
  readonly averaged: readonly Averaged[];
  readonly reads: readonly (RankReads & { readonly file: string; readonly ranks: number })[];
}

/** Bytes of the parameters of 784-500-10 in float32. */
const BYTES = 4 * (784 * 500 + 500 + 500 * 10 + 10);
/** Networks that are computed with: what they are called, and their line, one way. */
const NETWORKS: readonly (readonly [name: string, line: Line])[] = [
  ['10 Gbit/s', { latency: 30e-6, bandwidth: 10e9 / 8 }],
  ['100 Gbit/s', { latency: 5e-6, bandwidth: 100e9 / 8 }],
];
const MACHINES = [8, 64, 512];

const count = (number: number): string => Math.round(number).toLocaleString('en');
const micro = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : (1e6 * seconds).toFixed(1);

/** The page of what was measured, and of what follows by the cost model. */
export function mpiPage(figures: MpiFigures): string {
  const { library, times, scaling, one, averaged, reads } = figures;
  const [here] = times;
  const line = fitLine((here?.rows ?? []).map(({ size, ours }) => ({ bytes: 4 * size, seconds: ours })));
  const [alone] = scaling;
  return [
    '# Many ranks',
    `${thisMachine()}. Written by \`npm run bench mpi\`; what it means is in [Many machines](scale.md).`,
    '## An allreduce over two ranks',
    'Microseconds by how many float32, the least of the medians of five rounds, from Node and from C with the same library.',
    ...times.map(({ name, rows }) =>
      markdownTable(
        [name, 'Node', 'C', 'ratio', 'more'],
        rows.map(({ size, ours, c }) => [
          count(size),
          micro(ours),
          micro(c),
          c === undefined ? undefined : (ours / c).toFixed(2),
          c === undefined ? undefined : micro(ours - c),
        ]),
      ),
    ),
    '## 784-500-10, synchronous',
    `Examples a second of all ranks, with ${library}. Efficiency is speed by that of one rank, over ranks or, where they are more, cores.`,
    markdownTable(
      ['ranks', 'minibatches of 128', 'efficiency', 'of 2', 'efficiency'],
      scaling.map(({ ranks, minibatches, pairs }) => [
        String(ranks),
        count(minibatches),
        alone && efficiency(minibatches, alone.minibatches, ranks),
        pairs === undefined ? undefined : count(pairs),
        pairs === undefined || alone?.pairs === undefined ? undefined : efficiency(pairs, alone.pairs, ranks),
      ]),
    ),
    '## 784-500-10, averaging',
    `Two ranks that learn after each example, and take the mean of their weights every so many of each; after one epoch of MNIST. One process: ${count(one.examplesPerSecond)} examples/s, ${percent(one.accuracy)} right.`,
    markdownTable(
      ['every', 'examples/s', 'of one process', 'right'],
      averaged.map(({ every, examplesPerSecond, accuracy }) => [
        count(every),
        count(examplesPerSecond),
        `${(examplesPerSecond / one.examplesPerSecond).toFixed(2)} ×`,
        percent(accuracy),
      ]),
    ),
    '![Speed and accuracy by how often the mean is taken](benchmarks-mpi.svg)',
    '## What a rank reads',
    'Bytes that a rank reads at most, for each byte of the file, and examples/s of all ranks that train nothing. A text is looked through once, to find its rows; the order mixes row by row, so that all ranks read the same windows, and make numbers of their own rows. More than 1 in an epoch is read twice: runs of rows begin and end within what is read at one go.',
    markdownTable(
      ['file', 'ranks', 'opening', 'fitting', 'epoch', 'examples/s'],
      reads.map(({ file, ranks, opening, fitting, epoch, examplesPerSecond }) => [
        file,
        String(ranks),
        opening.toFixed(2),
        fitting.toFixed(2),
        epoch.toFixed(2),
        count(examplesPerSecond),
      ]),
    ),
    '## A cost model',
    `A step costs what a rank computes on its part, and an exchange: latency + bytes/bandwidth. Fitted to the first table: ${micro(line.latency)} µs + bytes / ${(line.bandwidth / 1e9).toFixed(2)} GB/s. Over R ranks 2·log₂R messages and 2·(R − 1)/R of the bytes, where two ranks are as measured. Checked on minibatches of 128, computed from what the ranks give side by side when they exchange nothing:`,
    markdownTable(
      ['ranks', 'nothing exchanged', 'computed examples/s', 'measured', 'computed / measured'],
      scaling.map(({ ranks, minibatches, apart }) => {
        const computed = 128 / (128 / apart + exchangeHere(ranks, line));
        const ratio = (computed / minibatches).toFixed(2);
        return [String(ranks), count(apart), count(computed), count(minibatches), ratio];
      }),
    ),
    'What it says, **computed and not measured**, of machines such as this one, a rank each: examples a second with minibatches of 128 for each machine, and averaging every 1,000 examples. Taken for granted: 30 µs a message at 10 Gbit/s, 5 µs at 100 Gbit/s, and the full bandwidth.',
    machinesTable(figures),
    '',
  ].join('\n\n');
}

/** What the cost model says of many machines. */
export function machinesTable({ scaling: [alone], one }: Pick<MpiFigures, 'scaling' | 'one'>): string {
  return markdownTable(
    ['machines', 'network', '128 each', 'efficiency', 'averaging', 'efficiency'],
    NETWORKS.flatMap(([name, network]) =>
      MACHINES.map((machines) => {
        const exchange = allreduceSeconds(machines, BYTES, network);
        const own = alone?.apart ?? Number.NaN;
        const each = 128 / (128 / own + exchange);
        const apart = 1000 / (1000 / one.examplesPerSecond + exchange);
        return [
          String(machines),
          name,
          count(machines * each),
          percent(each / own),
          count(machines * apart),
          percent(apart / one.examplesPerSecond),
        ];
      }),
    ),
  );
}

function efficiency(speed: number, alone: number, ranks: number): string {
  return percent(speed / alone / Math.min(ranks, cpus().length));
}

/** Seconds of the exchange on this machine. */
function exchangeHere(ranks: number, { latency, bandwidth }: Line): number {
  if (ranks === 1) return 0;
  return Math.ceil(Math.log2(ranks)) * latency + (2 * (ranks - 1) * BYTES) / (ranks * bandwidth);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 ? 0 : 1)} %`;
}
