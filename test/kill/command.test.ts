import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratchFolder.js';
import { live, untilDone } from './untilDone.js';

/** How often each training is killed: once, or by `npm run test:kill` about so many times. */
const KILLS = Number(process.env.FLUXION_KILLS ?? 1);
const fluxion = fileURLToPath(new URL('../../apps/cli/bin/fluxion.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = scratchFolder('fluxion-kill-');
  for (const [name, rows] of [
    ['small', 60],
    ['large', 3000],
  ] as const) {
    const lines = Array.from({ length: rows }, (_, i) => {
      const [x, city] = [Math.sin(i), i % 3];
      return `${x},${['Paris', 'Rome', 'Oslo'][city]},${x + Math.sin(7 * i) / 2 > city - 1 ? 'over' : 'under'}\n`;
    });
    await writeFile(join(folder, `${name}.csv`), `x,city,kind\n${lines.join('')}`);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function contentOf(model: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(model)).sort();
  const read = (name: string) => readFile(join(model, name), 'base64');
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

describe('fluxion train that is killed at any moment', () => {
  it.each<[string, string, readonly string[], number]>([
    ['trials and the mean of the weights', 'small', [], 1200],
    ['validation and early stopping', 'large', ['--patience', '2', '--learning-rate', '0.03'], 1200],
    [
      'momentum, one example at a time',
      'large',
      ['--optimizer', 'sgd', '--momentum', '0.9', '--validation', 'none'],
      1200,
    ],
  ])(
    'saves the same bytes as one that never was, with %s',
    async (_, table, options, life) => {
      const epochs = table === 'small' ? [] : ['--epochs', String(4 + 8 * KILLS)];
      const args = (out: string) => [
        ...[fluxion, 'train', join(folder, `${table}.csv`), '--target', 'kind', '--no-report'],
        ...[...options, ...epochs, '--out', out],
      ];
      const [straight, killed] = ['straight', 'killed'].map((name) =>
        join(folder, `${table}-${options[0]}-${name}`),
      );
      await live(args(straight as string), undefined);
      let kills = 0;
      // A small table is soon trained on: it is done several times.
      for (let times = 0; kills < KILLS; times++) {
        const seed = `${table} ${options} ${times}`;
        const run = await untilDone(args(killed as string), {
          directory: `${killed}.checkpoints`,
          life,
          seed,
          ...(KILLS === 1 ? { most: 1 } : {}),
        });
        kills += run.kills;
        expect(await contentOf(killed as string)).toEqual(await contentOf(straight as string));
        expect(run.out).not.toContain('starts over');
        await rm(killed as string, { recursive: true });
      }
      console.log(`fluxion train ${table}.csv ${options.join(' ')}: killed ${kills} times`);
      expect(await readdir(folder)).not.toContain(`${killed}.checkpoints`);
    },
    KILLS * 180_000,
  );
});
