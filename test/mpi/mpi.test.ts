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
import { launch, launchers } from './launchers.js';

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
  readonly rows: Trained;
  readonly averaged: Trained;
}

const trainings = ['fitted', 'dense', 'uneven', 'factors', 'float64', 'states', 'rows', 'averaged'] as const;

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

/** What averageEvery(10) has to come to: each shard trained by itself, and the mean taken after every 10 examples of each. */
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
        of(next).pipe(learn).subscribe();
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

describe('ranks of a job', () => {
  let alone: RankResults;
  beforeAll(async () => {
    if (launchers.length === 0) return;
    // The program as it is, outside mpirun.
    const { stderr } = spawnSync(process.execPath, [rank, table, folder], {
      encoding: 'utf8',
    });
    const [results] = await resultsIn(folder, 1).catch(() => []);
    if (results === undefined) throw new Error(stderr);
    alone = results;
  });

  it('is one rank outside mpirun', () => {
    expect([alone?.rank, alone?.size]).toEqual(launchers.length === 0 ? [undefined, undefined] : [0, 1]);
  });

  const jobs = launchers.flatMap((launcher) => [2, 3].map((size) => ({ ...launcher, size, launcher })));
  for (const [i, { name, size, launcher }] of jobs.entries()) {
    const end = i === 0 ? 'leaves' : 'well';
    it(`learn together what one process learns${i === 0 ? ', and end where one has ended and the others go on' : ''}, ${size} of ${name}`, async () => {
      const directory = join(folder, `${name} ${size}`);
      await mkdir(directory);
      const { code, out } = await launch(launcher, size, [rank, table, directory, end]).ended;
      expect(`${end} ${code} ${out}`).toMatch(end === 'well' ? /^well 0 / : /^leaves [1-9]/);
      expect(out.match(/rank \d of \d: .*/g)).toEqual(end === 'well' ? null : [HAS_LEFT]);
      const results = await resultsIn(directory, size);
      const [first] = results as [RankResults];
      expect(results.map((of) => [of.rank, of.size])).toEqual(
        Array.from({ length: size }, (_, number) => [number, size]),
      );
      expect(first.version).toContain(name);
      const numbers = Array.from({ length: size }, (_, number) => number);
      for (const { calls, ...of } of results) {
        expect(calls).toEqual({
          sums: [(size * (size + 1)) / 2, expect.closeTo(0.1 * size, 12)],
          most: [size - 1, 0],
          least: [-1],
          told: [size + 6],
          gathered: numbers.map((number) => `rank ${number}: ${number}`),
        });
        for (const training of trainings) {
          expect([training, of.rank, of[training].hash]).toEqual([training, of.rank, first[training].hash]);
        }
      }
      expect(first.dense).toMatchObject({ step: 15, example: 303 });
      // Written out, they are 64·64 and 1000·3 numbers and more.
      expect(first.factors.sent).toBeLessThan(1500);
      expect(first.rows.sent).toBeLessThan(200);
      for (const training of ['dense', 'uneven', 'factors', 'rows'] as const) {
        expect(furthest(first[training].weights, alone[training].weights)).toBeLessThan(2e-6);
      }
      expect(furthest(first.float64.weights, alone.float64.weights)).toBeLessThan(1e-14);
      expect(furthest(first.fitted.weights, alone.fitted.weights)).toBeLessThan(1e-13);
      expect(first.averaged.means).toBe(Math.floor((2 * 101) / (10 * size)));
      expect(furthest(first.averaged.weights, await averagedByHand(size))).toBeLessThan(1e-6);
    });
  }

  it('have the same bits each time, and end where one fails, with its name and its error', async () => {
    for (const { name, launcher } of jobs.slice(-2, -1)) {
      const directory = join(folder, 'again');
      await mkdir(directory);
      const again = trainings.filter((training) => training !== 'states');
      const { code, out } = await launch(launcher, 2, [rank, table, directory, 'throws', again.join()]).ended;
      expect(code).not.toBe(0);
      expect(out.match(/rank \d of 2: .*/g)).toEqual(['rank 1 of 2: DataError: a row that cannot be']);
      const [first] = await resultsIn(join(folder, `${name} 2`), 1);
      for (const results of await resultsIn(directory, 2)) {
        for (const training of again) {
          expect([training, results[training].hash]).toEqual([training, first?.[training].hash]);
        }
      }
    }
    expect(jobs.length % 2).toBe(0);
  });
});
