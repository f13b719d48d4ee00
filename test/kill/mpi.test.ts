import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '@fluxion/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, launch, launchers } from '../mpi/launchers.js';

/** How often a rank is killed with each library; `npm test` does it once, with one. */
const KILLS = Number(process.env.FLUXION_KILLS ?? 1);
const libraries = KILLS > 1 ? launchers : launchers.slice(0, 1);
/** Reports of epochs that a life lasts at most, and the milliseconds after. */
const [EPOCHS, DELAY] = [3, 50];
const fluxion = fileURLToPath(new URL('../../apps/cli/bin/fluxion.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-kill-mpi-'));
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

/**
 * Kills a random rank, a random while after a random report of an epoch.
 *
 * @returns milliseconds that the job outlived it; undefined where it was over before
 */
async function killOne(
  { child, ended }: Job,
  chance: (count: number) => number,
): Promise<number | undefined> {
  let killed: number | undefined;
  let left = Math.floor(chance(0) * EPOCHS);
  let one: number | undefined;
  const kill = (): void => {
    if (one === undefined) return;
    try {
      process.kill(one, 'SIGKILL');
      killed = performance.now();
    } catch {
      // It has ended in the meantime.
    }
  };
  child.stdout?.on('data', (text: string) => {
    if (one === undefined) {
      const ranks = descendants(child.pid ?? 0).filter(({ command }) => command.startsWith(process.execPath));
      one = ranks[Math.floor(chance(1) * ranks.length)]?.pid;
    }
    if (left < 0 || !text.includes('examples in')) return;
    if (left-- === 0) setTimeout(kill, chance(2) * DELAY);
  });
  await ended;
  return killed === undefined ? undefined : performance.now() - killed;
}

describe('a synchronous training of which a rank is killed at any moment', () => {
  if (libraries.length === 0)
    it('is left out where no library is installed', () => expect(launchers).toEqual([]));
  for (const launcher of libraries) {
    it(
      `comes to the same weights as one that never was, with ${launcher.name}`,
      async () => {
        const train = (out: string, ranks = 2): Job =>
          launch(launcher, ranks, [
            ...[fluxion, 'train', join(folder, 'points.csv'), '--target', 'kind', '--no-report'],
            ...[
              '--distributed',
              'sync',
              '--validation',
              'none',
              '--epochs',
              String(30 + 3 * KILLS),
              '--out',
              join(folder, out),
            ],
          ]);
        const weightsOf = (out: string) => readFile(join(folder, out, 'weights.safetensors'), 'base64');
        const name = launcher.name.replace(' ', '');
        const [straight, cut] = [`${name}-straight`, `${name}-killed`];
        const { code, out } = await train(straight).ended;
        expect(`${code} ${out}`).toMatch(/^0 /);
        let [kills, longest] = [0, 0];
        for (let lives = 0, finished = false; !finished || kills < KILLS; lives++) {
          // Where it came to its end too soon it is done again.
          if (finished) await rm(join(folder, cut), { recursive: true });
          const chance = random(lives, name);
          const job = train(cut);
          // Killed often enough, it comes to its end.
          const outlived = kills < KILLS ? await killOne(job, (count) => chance.uniform(count)) : undefined;
          const { code, out } = await job.ended;
          finished = code === 0;
          if (finished) {
            expect(await weightsOf(cut)).toBe(await weightsOf(straight));
            continue;
          }
          expect([out, outlived]).toEqual([out, expect.any(Number)]);
          kills++;
          longest = Math.max(longest, outlived ?? 0);
        }
        console.log(
          `${launcher.name}: killed a rank ${kills} times, ended ${(longest / 1000).toFixed(1)} s after it at most`,
        );
        expect(longest).toBeLessThan(10_000);
      },
      KILLS * 240_000,
    );
  }
});
