import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratchFolder.js';
import { live, untilDone } from './untilDone.js';

/** How often each training is killed: once, or by `npm run test:kill` about so many times, until it has come to its end. */
const KILLS = Number(process.env.FLUXION_KILLS ?? 1);
const ROWS = 200;
/** Milliseconds that a life lasts at most at first, from the moment it has begun, and that a step takes. */
const [LIFE, STEP] = [400, 1];
const learner = fileURLToPath(new URL('./learner.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = scratchFolder('fluxion-kill-');
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    x: Math.sin(i),
    city: ['Paris', 'Rome', 'Oslo'][i % 3] as string,
    kind: Math.sin(i) > (i % 3) - 1 ? 'over' : 'under',
  }));
  const csv = rows.map(({ x, city, kind }) => `${x},${city},${kind}\n`).join('');
  await writeFile(join(folder, 'points.csv'), `x,city,kind\n${csv}`);
  await writeFile(join(folder, 'points.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const table = tableFromArrays({
    x: Float64Array.from(rows, ({ x }) => x),
    city: rows.map(({ city }) => city),
    kind: rows.map(({ kind }) => kind),
  });
  await writeFile(join(folder, 'points.arrow'), tableToIPC(table, 'file'));
  const database = await (await DuckDBInstance.create()).connect();
  await database.run(
    `COPY (FROM read_csv('${join(folder, 'points.csv')}')) TO '${join(folder, 'points.parquet')}' (FORMAT parquet)`,
  );
  database.closeSync();
});
let total = 0;
afterAll(() => {
  console.log(`killed ${total} times in all`);
  return rm(folder, { recursive: true });
});

const hashIn = (out: string): string | undefined => /done (\w+)/.exec(out)?.[1];

/** What each kind of training comes to when it is not killed, in whatever format its rows are. */
const straight = new Map<string, Promise<string | undefined>>();

/** All that `npm run test:kill` kills; else one of each kind, as how the rows of each format go on is tested in test/resume. */
const all = [
  ['points.parquet', 'adam'],
  ['points.arrow', 'momentum'],
  ['points.csv', 'deferred'],
  ['points.csv', 'adam'],
  ['points.jsonl', 'momentum'],
] as const;
const cases = KILLS > 1 ? all : all.slice(0, 3);

describe('a training that is killed at any moment', () => {
  it.each(cases)(
    'on %s with %s comes to the same bits as one that never was',
    async (name, kind) => {
      // In minibatches an epoch has fewer steps.
      const steps = kind === 'adam' ? ROWS / 4 : ROWS;
      // A step of large weights takes longer.
      const share = kind === 'deferred' ? 3 : 1;
      // Some lives go further than others: so many epochs that there are enough of them all the same.
      const epochs = String(Math.ceil((1.6 * KILLS * LIFE) / (share * steps * STEP)));
      const args = (directory: string): string[] => [
        join(folder, name),
        join(folder, directory),
        kind,
        epochs,
      ];
      if (!straight.has(kind)) {
        const life = live([learner, ...args(`${kind}-straight`), '0'], undefined);
        straight.set(
          kind,
          life.then(({ out }) => hashIn(out)),
        );
      }
      const directory = `${name}-${kind}-killed`;
      const { out, kills } = await untilDone([learner, ...args(directory), String(STEP)], {
        directory: join(folder, directory),
        life: LIFE,
        seed: name,
        ...(KILLS === 1 ? { most: 1 } : {}),
      });
      console.log(`${name}, ${kind}: killed ${kills} times`);
      expect(hashIn(out)).toBe(await straight.get(kind));
      total += kills;
      expect(kills).toBeGreaterThanOrEqual(Math.ceil(KILLS / 2));
    },
    KILLS * 60_000,
  );
});
