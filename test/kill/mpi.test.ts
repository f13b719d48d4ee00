import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { listCheckpoints, loadModel } from '@fluxion/checkpoint';
import { restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';
import { elements, random } from '@fluxion/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, type Launcher, launch, libraries, library } from '../mpi/launchers.js';
import { scratchFolder } from '../scratchFolder.js';

/** How often a rank is killed at random with each library; `npm test` does it once, with one. */
const KILLS = Number(process.env.FLUXION_KILLS ?? 1);
const epochs = KILLS > 1 ? 30 + 3 * KILLS : 10;
/** Reports of epochs that a life lasts at most, and the milliseconds after. */
const [EPOCHS, DELAY] = [3, 50];
const fluxion = fileURLToPath(new URL('../../apps/cli/bin/fluxion.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = scratchFolder('fluxion-kill-mpi-');
  const lines = Array.from({ length: 400 }, (_, i) => {
    const [x, city] = [Math.sin(i), i % 3];
    return `${x},${['Paris', 'Rome', 'Oslo'][city]},${x + Math.sin(7 * i) / 2 > city - 1 ? 'over' : 'under'}\n`;
  });
  await writeFile(join(folder, 'points.csv'), `x,city,kind\n${lines.join('')}`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Processes below another, with what runs in them. */
function descendants(of: number): readonly { readonly pid: number; readonly command: string }[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
    });
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(of);
}

/** The processes of a job that train. */
function ranksOf({ child }: Job): readonly { readonly pid: number }[] {
  return descendants(child.pid ?? 0).filter(({ command }) => command.startsWith(process.execPath));
}

/** Kills a process. @returns the time; undefined where it has ended in the meantime, or there was none */
function kill(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    process.kill(pid, 'SIGKILL');
    return performance.now();
  } catch {
    return undefined;
  }
}

/**
 * Kills a random rank, a random while after a random report of an epoch.
 *
 * @returns milliseconds that the job outlived it; undefined where it was over before
 */
async function killOne(job: Job, chance: (count: number) => number): Promise<number | undefined> {
  const { child, ended } = job;
  let killed: number | undefined;
  let left = Math.floor(chance(0) * EPOCHS);
  let one: number | undefined;
  child.stdout?.on('data', (text: string) => {
    if (one === undefined) {
      const ranks = ranksOf(job);
      one = ranks[Math.floor(chance(1) * ranks.length)]?.pid;
    }
    if (left < 0 || !text.includes('examples in')) return;
    if (left-- > 0) return;
    void setTimeout(chance(2) * DELAY).then(() => {
      killed = kill(one);
    });
  });
  await ended;
  return killed === undefined ? undefined : performance.now() - killed;
}

/** Starts the training, with so many ranks of a library. */
function train(launcher: Launcher, ranks: number, out: string): Job {
  return launch(launcher, ranks, [
    ...[fluxion, 'train', join(folder, 'points.csv'), '--target', 'kind', '--distributed', 'sync'],
    ...['--validation', 'none', '--no-report', '--epochs', String(epochs), '--out', join(folder, out)],
  ]);
}

const cases = KILLS > 1 ? libraries : [library];
describe.for(cases)('a synchronous training of which a rank is killed, with $name', (of) => {
  const { name, launcher, missing } = of;
  const [straight, killed, fewer] = ['straight', 'killed', 'fewer'].map(
    (how) => `${how}-${of.name.at(0)}`,
  ) as [string, string, string];
  beforeAll(async () => {
    if (launcher !== undefined) expect(await endOf(train(launcher, 2, straight))).toMatch(/^0 /);
  });

  it('comes to the same bits as one that never was, at whatever moment', {
    timeout: KILLS * 240_000,
  }, async ({ skip }) => {
    const mpirun = launcher ?? skip(missing);
    const weightsOf = (out: string) => readFile(join(folder, out, 'weights.safetensors'), 'base64');
    let [kills, longest] = [0, 0];
    for (let lives = 0, finished = false; !finished || kills < KILLS; lives++) {
      // Where it came to its end too soon it is done again.
      if (finished) await rm(join(folder, killed), { recursive: true });
      const chance = random(lives, name);
      const job = train(mpirun, 2, killed);
      // Killed often enough, it comes to its end.
      const outlived = kills < KILLS ? await killOne(job, (count) => chance.uniform(count)) : undefined;
      const { code, out } = await job.ended;
      finished = code === 0;
      if (finished) {
        expect(await weightsOf(killed)).toBe(await weightsOf(straight));
        continue;
      }
      expect([out, outlived]).toEqual([out, expect.any(Number)]);
      kills++;
      longest = Math.max(longest, outlived ?? 0);
    }
    console.log(
      `${name}: killed a rank ${kills} times, ended ${(longest / 1000).toFixed(1)} s after it at most`,
    );
    expect(longest).toBeLessThan(10_000);
  });

  it('goes on with other numbers of ranks to the same weights, but for rounding', async ({ skip }) => {
    const mpirun = launcher ?? skip(missing);
    for (const ranks of KILLS > 1 ? [3, 2] : [2]) {
      let outlived: number | undefined;
      while (outlived === undefined) {
        outlived = await killSaved(train(mpirun, ranks, fewer), fewer);
        // Where it came to its end too soon it is done again.
        if (outlived === undefined) {
          for (const made of [fewer, `${fewer}.checkpoints`])
            await rm(join(folder, made), { recursive: true, force: true });
        }
      }
      expect(outlived).toBeLessThan(10_000);
    }
    expect(await endOf(train(mpirun, 1, fewer))).toMatch(/^0 /);
    expect(await distance(fewer, straight)).toBeLessThan(1e-4);
  });
});

/**
 * Kills the last rank once there is a checkpoint that was not there before.
 *
 * @returns milliseconds that the job outlived it; undefined where it was over before
 */
async function killSaved(job: Job, out: string): Promise<number | undefined> {
  const { child, ended } = job;
  const newest = async () => (await listCheckpoints(join(folder, `${out}.checkpoints`)))[0];
  const before = await newest();
  while ((await newest()) === before && child.exitCode === null) await setTimeout(5);
  const killed = kill(ranksOf(job).at(-1)?.pid);
  const { code, out: told } = await ended;
  if (code === 0) return undefined;
  expect([told, killed]).toEqual([told, expect.any(Number)]);
  return performance.now() - (killed as number);
}

async function endOf({ ended }: Job): Promise<string> {
  const { code, out } = await ended;
  return `${code} ${out}`;
}

/** The largest difference of two weights of models that were saved. */
async function distance(one: string, other: string): Promise<number> {
  const [a, b] = await Promise.all([one, other].map(numbersOf));
  expect(a?.length).toBe(b?.length);
  return Math.max(...(a ?? []).map((value, i) => Math.abs(value - (b?.[i] as number))));
}

async function numbersOf(model: string): Promise<readonly number[]> {
  const { model: read } = await loadModel(join(folder, model), { definitions: boxes, restoreEncoder });
  return read.parameters.flatMap(({ value }) => [...elements(value)]);
}
