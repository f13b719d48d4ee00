import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvFile, openExamples } from '@fluxion/data';
import { linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { train } from '@fluxion/pipeline';
import { elements, type Floats, type Tensor } from '@fluxion/tensor';
import { of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, libraries, library } from './launchers.js';

const rank = fileURLToPath(new URL('./rank.js', import.meta.url));

interface Trained {
  readonly hash: string;
  readonly weights: readonly number[];
  readonly step?: number;
  readonly example?: number;
  /** Numbers that calls of a step took. */
  readonly sent?: number;
  /** Steps after which the mean was taken. */
  readonly means?: number;
}

interface RankResults {
  readonly rank: number;
  readonly size: number;
  readonly version: string;
  readonly calls: Readonly<Record<string, readonly unknown[]>>;
  readonly fitted: Trained;
  readonly dense: Trained;
  readonly uneven: Trained;
  readonly factors: Trained;
  readonly float64: Trained;
  readonly states: Trained;
  readonly accumulated: Trained;
  readonly rows: Trained;
  readonly averaged: Trained;
}

const trainings = [
  'fitted',
  'dense',
  'uneven',
  'factors',
  'float64',
  'states',
  'accumulated',
  'rows',
  'averaged',
] as const;

const HAS_LEFT =
  'rank 0 of 2: StateError: mpi: expected all ranks to do the same, rank 1 has ended, rank 0 exchanges values; let each rank make the same calls and as many steps: examples(source, { shard: mpi() }) gives them as many';

let folder: string;
let table: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-mpi-'));
  table = join(folder, 'points.csv');
  // Minibatches of 24 leave 5 for the last of an epoch: none for the last rank.
  const lines = Array.from({ length: 101 }, (_, i) => {
    const [a, b, c, d] = [Math.sin(i), Math.cos(3 * i), Math.sin(i * i), Math.cos(i / 7)];
    return `${a},${b},${c},${d},${a + b * c > 0 ? 1 : 0}\n`;
  });
  await writeFile(table, `a,b,c,d,y\n${lines.join('')}`);
});
afterAll(() => rm(folder, { recursive: true }));

async function resultsIn(directory: string, size: number): Promise<readonly RankResults[]> {
  const read = (_: unknown, rank: number) => readFile(join(directory, `${rank}.json`), 'utf8');
  const texts = await Promise.all(Array.from({ length: size }, read));
  return texts.map((text) => JSON.parse(text) as RankResults);
}

function furthest(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, one, i) => Math.max(most, Math.abs(one - (b[i] as number))), 0);
}

/**
 * What averageEvery(10) has to come to: each shard trained by itself, on what is its own, and the mean taken after every 10 examples of
 * each.
 */
async function averagedByHand(size: number): Promise<readonly number[]> {
  const loss = softmaxCrossEntropy();
  const all = await Promise.all(
    Array.from({ length: size }, async (_, rank) => {
      const model = sequential([linear(160), relu(), linear(2)], { inputShape: [4], seed: 1 });
      const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
      const reader = await openExamples(csvFile(table), {
        ...{ input: ['a', 'b', 'c', 'd'], target: 'y', targetKind: 'labels' },
        ...{ epochs: 2, shuffle: true, seed: 3, shard: { rank, size } },
      });
      const tensors = (): Tensor[] =>
        model.parameters.flatMap((of) => [
          of.value,
          ...Object.values(optimizerState(optimizer, model).of(of)),
        ]);
      return { model, reader, learn: train(model, { loss, optimizer }), tensors };
    }),
  );
  const average = (): void => {
    const values = all.map(({ tensors }) => tensors().map(elements));
    values[0]?.forEach((_, i) => {
      const ofRanks = values.map((of) => of[i] as Floats);
      const mean = Float64Array.from(ofRanks[0] as Floats, (_, j) =>
        ofRanks.reduce((sum, of) => sum + (of[j] as number) / size, 0),
      );
      for (const of of ofRanks) of.set(mean);
    });
    for (const { model } of all) model.markUpdated();
  };
  for (let since = 0; ; ) {
    let ended = false;
    let total = 0;
    for (const { reader, learn } of all) {
      let next = reader.next();
      while (next === undefined && (await reader.advance())) next = reader.next();
      if (next === undefined) ended = true;
      else {
        total = next.total ?? 0;
        if (next.borrowed !== true) of(next).pipe(learn).subscribe();
      }
    }
    since += total;
    if (ended || since >= 10 * size) {
      average();
      since = 0;
    }
    if (ended) break;
  }
  return all[0]?.model.parameters.flatMap(({ value }) => [...elements(value)]) ?? [];
}

/** What came of a job: how it ended, what it printed, and what each rank has found. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly results: readonly RankResults[];
}

const expectedCalls = (size: number) => ({
  sums: [(size * (size + 1)) / 2, expect.closeTo(0.1 * size, 12)],
  most: [size - 1, 0],
  least: [-1],
  told: [size + 6],
  bytes: [size],
  gathered: Array.from({ length: size }, (_, rank) => `rank ${rank}: ${rank}`),
});

let alone: RankResults | undefined;
beforeAll(async () => {
  if (library.launcher === undefined) return;
  // The program as it is, outside mpirun.
  const { stderr } = spawnSync(process.execPath, [rank, table, folder], { encoding: 'utf8' });
  [alone] = await resultsIn(folder, 1).catch(() => []);
  if (alone === undefined) throw new Error(stderr);
});

it('a program outside mpirun is one rank', ({ skip }) => {
  const { rank, size, calls } = alone ?? skip(library.missing);
  expect([rank, size, calls]).toEqual([0, 1, expectedCalls(1)]);
});

// What three ranks come to does not depend on the library.
const jobs = libraries.flatMap((of) =>
  (of.name === 'Open MPI' ? [2, 3] : [2]).map((size) => ({ ...of, size })),
);
describe.for(jobs)('$size ranks of $name', ({ name, launcher, missing, size }) => {
  /** How the program ends: one job in which a rank leaves the others is enough. */
  const end = name === 'Open MPI' && size === 2 ? 'leaves' : 'well';
  let job: Ended | undefined;
  beforeAll(async () => {
    if (launcher === undefined) return;
    const directory = join(folder, `${name} ${size}`);
    await mkdir(directory);
    const ended = await launch(launcher, size, [rank, table, directory, end]).ended;
    job = { ...ended, results: await resultsIn(directory, size) };
  });

  it('end well, or where one has ended and the others go on', ({ skip }) => {
    const { code, out } = job ?? skip(missing);
    expect([end, code === 0, out.match(/rank \d of \d: .*/g)]).toEqual(
      end === 'well' ? ['well', true, null] : ['leaves', false, [HAS_LEFT]],
    );
  });

  it('know their numbers and their library, and call each other', ({ skip }) => {
    const { results } = job ?? skip(missing);
    expect(results.map(({ rank, size, calls }) => ({ rank, size, calls }))).toEqual(
      Array.from({ length: size }, (_, rank) => ({ rank, size, calls: expectedCalls(size) })),
    );
    expect(results[0]?.version).toContain(name);
  });

  it('come to the same bits, each of them', ({ skip }) => {
    const { results } = job ?? skip(missing);
    const hashes = results.map((of) => trainings.map((training) => [training, of[training].hash]));
    expect(hashes).toEqual(hashes.map(() => hashes[0]));
  });

  it('come to what one process comes to, but for rounding, however the gradient is sent', ({ skip }) => {
    const [first] = job?.results ?? skip(missing);
    expect(first?.dense).toMatchObject({ step: 15, example: 303 });
    expect(first?.accumulated).toMatchObject({ step: 8, example: 303 });
    for (const training of ['dense', 'uneven', 'factors', 'accumulated', 'rows'] as const) {
      const distance = furthest(first?.[training].weights ?? [], alone?.[training].weights ?? []);
      expect([training, distance]).toEqual([training, expect.closeTo(0, 5)]);
    }
    expect(furthest(first?.float64.weights ?? [], alone?.float64.weights ?? [])).toBeLessThan(1e-14);
    expect(furthest(first?.fitted.weights ?? [], alone?.fitted.weights ?? [])).toBeLessThan(1e-13);
  });

  it('send factors and rows where these are less', ({ skip }) => {
    const [first] = job?.results ?? skip(missing);
    // Written out, they are 64·64 and 1000·3 numbers and more.
    expect(first?.factors.sent).toBeLessThan(1500);
    expect(first?.rows.sent).toBeLessThan(200);
  });

  it('average what each has learned from its own examples', async ({ skip }) => {
    const [first] = job?.results ?? skip(missing);
    expect(first?.averaged.means).toBe(Math.floor((2 * 101) / (10 * size)));
    expect(furthest(first?.averaged.weights ?? [], await averagedByHand(size))).toBeLessThan(1e-6);
  });

  if (size > 2) return;
  it('come to the same bits each time, and end where one fails, with its name and its error', async ({
    skip,
  }) => {
    const { results } = job ?? skip(missing);
    const directory = join(folder, `${name} again`);
    await mkdir(directory);
    const args = [rank, table, directory, 'throws', trainings.join()];
    const { code, out } = await launch(launcher ?? skip(missing), 2, args).ended;
    expect(code).not.toBe(0);
    expect(out.match(/rank \d of 2: .*/g)).toEqual(['rank 1 of 2: DataError: a row that cannot be']);
    for (const again of await resultsIn(directory, 2)) {
      for (const training of trainings) {
        expect([training, again[training].hash]).toEqual([training, results[0]?.[training].hash]);
      }
    }
  });
});
