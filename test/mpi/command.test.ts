import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, library } from './launchers.js';

const fluxion = fileURLToPath(new URL('../../apps/cli/bin/fluxion.js', import.meta.url));
const { launcher, missing } = library;

/** Two folders with the same points to train on, but for what a test writes there. */
let first: string;
let second: string;

function points(rows: number, start = 0): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = Math.sin(start + i);
    return `${x},${Math.cos(3 * i)},${x + Math.sin(7 * (start + i)) / 4 > 0 ? 'over' : 'under'}\n`;
  });
  return `x,y,kind\n${lines.join('')}`;
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-mpi-command-'));
  [first, second] = [join(folder, 'first'), join(folder, 'second')];
  for (const one of [first, second]) {
    await mkdir(one);
    await writeFile(join(one, 'points.csv'), points(161));
    // Fewer than a third are of the last rank.
    await writeFile(join(one, 'held.csv'), points(31, 161));
  }
});
afterAll(() => rm(join(first, '..'), { recursive: true }));

/** What a command says of training, one rank in each of the two folders. */
async function trainApart(skip: (note: string) => never, ...options: readonly string[]): Promise<string> {
  const train = [fluxion, 'train', 'points.csv', '--target', 'kind', '--distributed', 'sync', '--quiet'];
  const job = launch(
    launcher ?? skip(missing),
    1,
    [...train, ...options, ':', '-wdir', second, '-n', '1', process.execPath, ...train, ...options],
    first,
  );
  const { code, out } = await job.ended;
  expect(code).not.toBe(0);
  return (out.match(/rank \d of \d: .*/g) ?? [out]).join('\n');
}

/** Lines of JSON that are among what was printed. */
function events(out: string): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('fluxion train --distributed', () => {
  it('averages weights, prints and saves once, and has the figures of the model that it saves', async ({
    skip,
  }) => {
    const args = ['points.csv', '--target', 'kind', '--validation', 'held.csv', '--epochs', '2'];
    const more = ['--batch-size', '4', '--distributed', 'average=50', '--json', '--out', 'model'];
    const { code, out } = await launch(
      launcher ?? skip(missing),
      3,
      [fluxion, 'train', ...args, ...more],
      first,
    ).ended;
    expect([code, code === 0 ? '' : out]).toEqual([0, '']);
    const told = events(out);
    expect(told.map(({ event }) => event).filter((event) => event !== 'warning')).toEqual([
      'plan',
      'epoch',
      'epoch',
      'summary',
    ]);
    const epochs = told.filter(({ event }) => event === 'epoch');
    expect(epochs.map(({ examples }) => examples)).toEqual([161, 161]);
    const { stdout } = spawnSync(
      process.execPath,
      [fluxion, 'evaluate', 'held.csv', '--model', 'model', '--json'],
      { cwd: first, encoding: 'utf8' },
    );
    const { event: _, examples, ...figures } = events(stdout)[0] ?? {};
    expect(examples).toBe(31);
    const best = told.at(-1)?.validation as Record<string, number>;
    expect(Object.keys(best)).toEqual(Object.keys(figures));
    for (const [name, figure] of Object.entries(figures)) {
      expect([name, best[name]]).toEqual([name, expect.closeTo(figure as number, 6)]);
    }
    expect(existsSync(join(first, 'model.html'))).toBe(true);
    expect(JSON.parse(await readFile(join(first, 'model', 'model.json'), 'utf8'))).toMatchObject({
      about: { trainedWith: expect.anything() },
    });
  });

  it('names the rank that has other data', async ({ skip }) => {
    await writeFile(join(second, 'points.csv'), points(161).replace('over', 'under'));
    const said = await trainApart(skip, '--epochs', '1');
    await writeFile(join(second, 'points.csv'), points(161));
    expect(said).toMatch(
      /^rank 0 of 2: fluxion train: rank 1: expected data\.files\.0\.size to be \d+, as on rank 0, got \d+; give all ranks the same, on every machine$/,
    );
  });

  it('names the rank whose model is another, of the same weights', async ({ skip }) => {
    const start = [
      'train',
      'points.csv',
      '--target',
      'kind',
      '--epochs',
      '0',
      '--hidden',
      '4',
      '--out',
      'start',
    ];
    if (launcher === undefined) skip(missing);
    spawnSync(process.execPath, [fluxion, ...start], { cwd: first });
    await cp(join(first, 'start'), join(second, 'start'), { recursive: true });
    const description = join(second, 'start', 'model.json');
    const text = await readFile(description, 'utf8');
    await writeFile(description, text.replace('"kind": "relu"', '"kind": "tanh"'));
    await rm(join(second, 'start', 'manifest.json'));
    expect(await trainApart(skip, '--epochs', '1', '--model', 'start')).toMatch(
      /^rank 0 of 2: fluxion train: rank 1: expected model\.boxes\.relu1\.kind to be "relu", as on rank 0, got "tanh"; give all ranks the same, on every machine$/,
    );
  });

  it('tells once of a command line that is wrong', async ({ skip }) => {
    const args = [fluxion, 'train', 'points.csv', '--target', 'kind', '--distributed', 'often'];
    const { code, out } = await launch(launcher ?? skip(missing), 2, args, first).ended;
    expect(code).not.toBe(0);
    expect(out.match(/.*expected sync.*/g)).toEqual([
      "rank 0 of 2: fluxion train: --distributed: expected sync, or average=1000 for every 1000 examples, got 'often'; see fluxion train --help",
    ]);
  });
});
