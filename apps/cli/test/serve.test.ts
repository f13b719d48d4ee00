import { readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder } from './files.js';
import { fluxion } from './fluxion.js';
import { type Running, spawnFluxion } from './spawnFluxion.js';

enterNewFolder();
const running: Running[] = [];

/** A visit i: who stays long and comes often buys. */
function visit(i: number): { minutes: number; visits: number; buys: string } {
  const [minutes, visits] = [(i * 7) % 31, (i * 5) % 11];
  return { minutes, visits, buys: minutes + 3 * visits > 30 ? 'yes' : 'no' };
}

beforeAll(async () => {
  const rows = Array.from({ length: 200 }, (_, i) => Object.values(visit(i)).join(','));
  writeFileSync('visits.csv', `minutes,visits,buys\n${rows.join('\n')}\n`);
  const { code } = await fluxion(
    'train',
    'visits.csv',
    '--target',
    'buys',
    '--epochs',
    '1',
    '--out',
    'model',
    '--quiet',
  );
  expect(code).toBe(0);
});
afterEach(async () => {
  for (const { kill, ended } of running.splice(0)) {
    kill('SIGKILL');
    await ended;
  }
});

/** Starts the service at a free port. */
async function start(...args: readonly string[]): Promise<{ url: string; service: Running }> {
  const service = spawnFluxion(['serve', '--model', 'model', '--port', '0', ...args]);
  running.push(service);
  await service.lines(1);
  const [url = ''] = /http:\/\/[\d.:]+/.exec(service.out()) ?? [];
  return { url, service };
}

interface Answer {
  readonly status: number;
  readonly learned: number;
  readonly updates: number;
}

/** Teaches it visits; undefined where the connection was refused or cut before an answer. */
async function learn(url: string, from: number, count: number): Promise<Answer | undefined> {
  try {
    const response = await fetch(`${url}/learn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: count }, (_, i) => visit(from + i))),
    });
    return { ...((await response.json()) as Answer), status: response.status };
  } catch {
    return undefined;
  }
}

describe('fluxion serve', () => {
  it('saves on SIGTERM all that it said it had learned, and goes on from there', async () => {
    const { url, service } = await start('--learn', '--every', '0.05');
    let learned = 0;
    let isStopped = false;
    const client = async (first: number): Promise<void> => {
      for (let i = first; ; i += 10) {
        const answer = await learn(url, i, 10);
        if (answer === undefined || answer.status === 503) {
          // Nobody was turned away while the service ran.
          expect(isStopped).toBe(true);
          return;
        }
        expect(answer.status).toBe(200);
        learned += answer.learned;
      }
    };
    const clients = [0, 1000, 2000, 3000].map(client);
    // Long enough for checkpoints to be written meanwhile.
    await expect.poll(() => checkpoints('model.serving').length, { timeout: 20_000 }).toBeGreaterThan(1);
    isStopped = true;
    service.kill('SIGTERM');
    await Promise.all(clients);
    const { code, out, err } = await service.ended;
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(learned).toBeGreaterThan(0);
    expect(out).toContain(`saved after update ${learned.toLocaleString('en')} in model.serving`);

    const next = await start('--learn');
    await next.service.lines(2);
    expect(next.service.out()).toContain(`goes on from update ${learned.toLocaleString('en')}`);
    expect(await learn(next.url, 0, 1)).toMatchObject({ updates: learned + 1 });
  });

  it('goes on from the last checkpoint after kill -9', async () => {
    const args = ['--shadow', '--checkpoints', 'killed', '--every', '0.05'];
    const { url, service } = await start(...args);
    expect(await learn(url, 0, 25)).toMatchObject({ learned: 25 });
    await expect.poll(() => checkpoints('killed'), { timeout: 20_000 }).toContain('step-0000000000000025');
    service.kill('SIGKILL');
    await service.ended;
    const next = await start(...args);
    expect(await learn(next.url, 25, 1)).toMatchObject({ updates: 26 });
  });

  it('only predicts without --learn, and says so where its port is taken', async () => {
    const { url, service } = await start();
    expect(await learn(url, 0, 1)).toMatchObject({ status: 404 });
    const { err } = await fluxion('serve', '--model', 'model', '--port', new URL(url).port);
    expect(err).toContain('(EADDRINUSE); name another port, or 0 for any');
    service.kill('SIGINT');
    expect(await service.ended).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    [
      ['--port', '0', '--host', '0.0.0.0', '--learn'],
      /serve token: expected one where a model learns from other machines/,
    ],
    [
      ['--port', '0', '--learn', '--token-file', 'visits.txt'],
      /--token-file: expected a file that can be read/,
    ],
    [['--learn', '--optimizer', 'adam', '--momentum', '0.5'], /--momentum: expected --optimizer sgd with it/],
    [['--learn', '--optimizer', 'lion', '--momentum', '0.5'], /expected --optimizer sgd with it, got lion/],
    [['--port', 'x'], /--port <number>: expected an integer from 0/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await fluxion('serve', '--model', 'model', ...args);
    expect(err).toMatch(message);
    expect(code).toBeGreaterThan(0);
  });
});

function checkpoints(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
