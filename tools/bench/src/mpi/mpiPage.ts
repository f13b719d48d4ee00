import { cpus } from 'node:os';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { fitLine } from './costModel.js';
import { count, machinesTable, percent, type Scaling, stepsTable } from './costTables.js';
import type { Learned } from './learning.js';

/** Seconds of an allreduce over two ranks, by size. */
export interface AllreduceTimes {
  readonly name: string;
  readonly rows: readonly { readonly size: number; readonly ours: number; readonly c: number | undefined }[];
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
    `Examples a second of all ranks, with ${library}, the best of rounds. Efficiency is speed by that of one rank, over ranks or, where they are more, cores.`,
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
    'Bytes that a rank reads at most, for each byte of the file, and examples/s of all ranks that train nothing. A text is looked through once, to find its rows. What an epoch has beyond a share is read with it: what lies close between its rows, what lies beside them in what is read at one go, and a last window that is mixed without parts.',
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
    `A step costs what a rank computes on its part, what it takes to write the gradient out for the exchange, which SGD in one process does not do, the wait for the slowest rank, and the exchange: latency + bytes/bandwidth. The first three are measured, each by a run that does no more than that; the exchange is fitted to the first table: ${micro(line.latency)} µs + bytes / ${(line.bandwidth / 1e9).toFixed(2)} GB/s, over R ranks log₂R times the latency and 2·(R − 1)/R of the bytes, so that two ranks are as measured. Microseconds of a step, minibatches of 128 over all ranks:`,
    stepsTable(scaling, line),
    `What remains is in none of these runs: that ranks add up gradients in memory which they share, and read them from there to update, and what two runs differ by in any case. Side by side, without any exchange, ${sideBySide(scaling)}: so much the cores of this machine have to give. More ranks than cores take turns, and wait for those that have none.`,
    'What it says, **computed and not measured**, of machines such as this one, a rank each: examples a second with minibatches of 128 for each machine, and averaging every 1,000 examples. A step is what one rank computes here, with the gradient written out, and the exchange; assumed are 30 µs a message at 10 Gbit/s, 5 µs at 100 Gbit/s, the full bandwidth, and that no machine waits for another.',
    machinesTable(figures),
    '',
  ].join('\n\n');
}

function efficiency(speed: number, alone: number, ranks: number): string {
  return percent(speed / alone / Math.min(ranks, cpus().length));
}

/** `2 ranks are 1.53 times as fast as one, 4 ranks 1.50 times`. */
function sideBySide([alone, ...others]: readonly Scaling[]): string {
  const times = others.map(({ apart }) => (apart / (alone?.apart ?? Number.NaN)).toFixed(2));
  return others
    .map(
      ({ ranks }, i) =>
        `${ranks} ranks ${i === 0 ? `are ${times[i]} times as fast as one` : `${times[i]} times`}`,
    )
    .join(', ');
}
