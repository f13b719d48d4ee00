import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mnistArrow, TEST, TRAIN } from '@fluxion/quickstart/mnistArrow';
import { averagingPicture } from './averagingPicture.js';
import { machinesTable, type Scaling } from './costTables.js';
import type { Learned, Learning } from './learning.js';
import { type AllreduceTimes, type Averaged, type MpiFigures, mpiPage, type RankReads } from './mpiPage.js';
import { type Family, nodeProgram, presentFamilies, startRanks } from './startRanks.js';

/** Numbers of an allreduce, and how often it is measured. */
const SIZES: readonly (readonly [size: number, calls: number])[] = [
  [1, 2000],
  [100, 2000],
  [1000, 2000],
  [10_000, 1000],
  [100_000, 200],
  [400_000, 100],
];
const ROUNDS = 5;
/** Examples of a rank between two means of the weights. */
const EVERY = [1, 10, 100, 1000, 10_000];
/** Examples after which speed is known, and more than that. */
const MOST = 20_000;
const NEVER = 2 ** 30;

/**
 * What several ranks on this machine cost and give: an allreduce by size beside the same calls in C, training on one, two and four
 * ranks, and averaging every so many examples.
 *
 * @param part `short` for a look: one round, and an epoch of averaging every 1,000 examples only
 * @throws {Error} when no MPI library is installed.
 */
export async function benchMpi(part = ''): Promise<string> {
  const families = presentFamilies();
  const [first] = families;
  if (first === undefined) {
    throw new Error(
      'bench mpi: expected an MPI library, found none; apt-get install openmpi-bin libopenmpi-dev mpich',
    );
  }
  const isShort = part !== '';
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-mpi-'));
  try {
    const times = families.map((family) => timesOf(family, folder, isShort ? 1 : ROUNDS));
    const files = { train: await mnistArrow(TRAIN, folder), test: await mnistArrow(TEST, folder) };
    const learn = (ranks: number, how: Omit<Learning, 'train' | 'test'>): Learned => {
      const told = `${ranks} ranks of ${first.name}, ${JSON.stringify(how)}`;
      const learned = JSON.parse(
        startRanks(first, ranks, nodeProgram('rankLearning', JSON.stringify({ ...files, ...how }))),
      ) as Learned;
      console.log(`${told}: ${learned.examplesPerSecond.toFixed(0)} examples/s, ${learned.accuracy}`);
      return learned;
    };
    const scaling: Scaling[] = [1, 2, 4].map((ranks) => {
      const batchSize = 128 / ranks;
      const ways: Readonly<Record<string, Omit<Learning, 'train' | 'test'>>> = {
        minibatches: { batchSize },
        // Each by itself: what the cores give.
        apart: { batchSize, every: NEVER },
        written: { batchSize, exchange: 'written' },
        ...(ranks > 1 && { announced: { batchSize, exchange: 'announced' as const } }),
        ...(ranks <= 2 && { pairs: { batchSize: 2 / ranks } }),
      };
      // The best of rounds in turns: what they are compared by are differences.
      const best = new Map<string, number>();
      for (let round = 0; round < (isShort ? 1 : ROUNDS); round++) {
        for (const [name, how] of Object.entries(ways)) {
          const { examplesPerSecond } = learn(ranks, { most: MOST, ...how });
          best.set(name, Math.max(examplesPerSecond, best.get(name) ?? 0));
        }
      }
      const speed = (name: string): number => best.get(name) ?? Number.NaN;
      return {
        ranks,
        minibatches: speed('minibatches'),
        pairs: best.get('pairs'),
        apart: speed('apart'),
        written: speed('written'),
        announced: best.get('announced'),
      };
    });
    const one = learn(1, { batchSize: 1, every: 1 });
    const averaged: Averaged[] = (isShort ? [1000] : EVERY).map((every) => ({
      every,
      ...learn(2, { batchSize: 1, every }),
    }));
    const reads = await readsOf(first, { 'MNIST, Arrow': files.train, 'a table, CSV': await table(folder) });
    const figures: MpiFigures = { library: first.name, times, scaling, one, averaged, reads };
    if (!isShort) await writeDocs(figures);
    return mpiPage(figures);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What ranks read of each file. */
async function readsOf(
  family: Family,
  files: Readonly<Record<string, string>>,
): Promise<MpiFigures['reads']> {
  const reads: MpiFigures['reads'][number][] = [];
  for (const [name, path] of Object.entries(files)) {
    for (const ranks of [1, 2, 4]) {
      const { size } = await stat(path);
      const told = startRanks(family, ranks, nodeProgram('rankReading', path, String(size)));
      reads.push({ file: name, ranks, ...(JSON.parse(told) as RankReads) });
    }
  }
  return reads;
}

/** Writes a table of numbers, dates and words. */
async function table(folder: string): Promise<string> {
  const path = join(folder, 'table.csv');
  const rows = Array.from({ length: 200_000 }, (_, i) => {
    const [x, y] = [Math.sin(i), Math.cos(i * i)];
    const day = new Date(1.7e12 + 3.6e6 * i).toISOString().slice(0, 10);
    return `${x},${y.toFixed(4)},${i % 97},w${(i * 7919) % 211},${day},item ${i % 1000} of ${i % 7},${x + y > 0}\n`;
  });
  await writeFile(path, `x,y,n,word,day,text,kind\n${rows.join('')}`);
  return path;
}

/** The picture, and the table in the page that explains it all. */
async function writeDocs(figures: MpiFigures): Promise<void> {
  const docs = (name: string): string => fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url));
  await writeFile(docs('benchmarks-mpi.svg'), averagingPicture(figures.averaged));
  const page = await readFile(docs('scale.md'), 'utf8');
  const computed = /(?<=<!-- computed by npm run bench mpi -->\n).*?(?=<!-- end -->)/s;
  const link =
    'What it is computed from, and how well it fits here: [many ranks on one machine](benchmarks-mpi.md).';
  await writeFile(
    docs('scale.md'),
    page.replace(computed, () => `\n${machinesTable(figures)}\n\n${link}\n\n`),
  );
}

/** Medians of rounds in turns: Node, C, Node, C. */
function timesOf(family: Family, folder: string, rounds: number): AllreduceTimes {
  const sizes = SIZES.map(([size, calls]) => `${size}:${calls}`);
  const native = compiled(family, folder);
  const ours = new Map<number, number[]>();
  const theirs = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    read(ours, startRanks(family, 2, nodeProgram('rankAllreduce', ...sizes)));
    if (native !== undefined) read(theirs, startRanks(family, 2, [native, ...sizes]));
  }
  const least = (times: readonly number[] | undefined): number | undefined =>
    times && Math.min(...times) / 1e6;
  return {
    name: family.name,
    rows: SIZES.map(([size]) => ({
      size,
      ours: least(ours.get(size)) ?? Number.NaN,
      c: least(theirs.get(size)),
    })),
  };
}

function read(into: Map<number, number[]>, lines: string): void {
  for (const line of lines.trim().split('\n')) {
    const [size = 0, time = 0] = line.split(' ').map(Number);
    into.set(size, [...(into.get(size) ?? []), time]);
  }
}

/** The program in C, or undefined where there is no compiler of the library. */
function compiled({ name, compiler }: Family, folder: string): string | undefined {
  const source = fileURLToPath(new URL('../../src/mpi/allreduce.c', import.meta.url));
  const program = join(folder, `allreduce-${compiler}`);
  const { status, stderr, error } = spawnSync(compiler, ['-O2', '-o', program, source], { encoding: 'utf8' });
  if (status === 0) return program;
  console.log(`left out: C with ${name}: ${error?.message ?? stderr}`);
  return undefined;
}
