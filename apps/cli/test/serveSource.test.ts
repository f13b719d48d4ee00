import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder } from './files.js';
import { fluxion } from './fluxion.js';
import { type Running, spawnFluxion } from './spawnFluxion.js';

const folder = enterNewFolder();
const running: { kill(signal: NodeJS.Signals): unknown }[] = [];
const EVENTS = 400;

/** A visit i: who stays long and comes often buys. */
function visit(i: number): { minutes: number; visits: number; buys: string } {
  const [minutes, visits] = [(i * 7) % 31, (i * 5) % 11];
  return { minutes, visits, buys: minutes + 3 * visits > 30 ? 'yes' : 'no' };
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const hasNats = isInstalled('nats-server');
if (!hasNats) console.log('left out: nats-server is not on this machine (apt-get install nats-server)');

beforeAll(async () => {
  const rows = Array.from({ length: 200 }, (_, i) => Object.values(visit(i)).join(','));
  writeFileSync('visits.csv', `minutes,visits,buys\n${rows.join('\n')}\n`);
  const options = ['--target', 'buys', '--epochs', '1', '--out', 'model', '--quiet'];
  expect(await fluxion('train', 'visits.csv', ...options)).toMatchObject({ code: 0 });
});
afterAll(() => {
  for (const { kill } of running) kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A broker with some visits, among them one that is no JSON. */
async function broker(): Promise<string> {
  const servers = `127.0.0.1:${await freePort()}`;
  const args = ['-js', '-sd', join(folder, 'nats'), '-a', '127.0.0.1', '-p', servers.split(':')[1] ?? ''];
  const process = spawn('nats-server', args, { stdio: 'ignore' });
  running.push({ kill: (signal) => process.kill(signal) });
  const connection = await connect({ servers, waitOnFirstConnect: true, reconnectTimeWait: 50 });
  await (await jetstreamManager(connection)).streams.add({ name: 'visits', subjects: ['visits'] });
  const stream = jetstream(connection);
  for (let i = 0; i < EVENTS; i++) {
    await stream.publish('visits', i === 50 ? '{"minutes' : JSON.stringify(visit(i)));
  }
  await connection.close();
  return `nats://${servers}/visits`;
}

async function start(source: string, checkpoints: string): Promise<{ url: string; service: Running }> {
  const args = ['--source', source, '--checkpoints', checkpoints, '--every', '0.01'];
  const service = spawnFluxion(['serve', '--model', 'model', '--port', '0', ...args]);
  running.push(service);
  await service.lines(1);
  const [url = ''] = /http:\/\/[\d.:]+/.exec(service.out()) ?? [];
  return { url, service };
}

const updatesOf = async (url: string): Promise<number> =>
  ((await (await fetch(`${url}/healthz`)).json()) as { updates: number }).updates;

/** Stops a service that has had all events. */
async function stopped({ url, service }: Awaited<ReturnType<typeof start>>): Promise<void> {
  await expect.poll(() => updatesOf(url), { timeout: 30_000 }).toBe(EVENTS - 1);
  service.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0, err: '' });
}

/** What the last checkpoint holds. */
function bitsOf(checkpoints: string): readonly string[] {
  const last = readdirSync(checkpoints)
    .filter((name) => name.startsWith('step-'))
    .sort()
    .at(-1) as string;
  return ['weights.safetensors', 'training.safetensors'].map((name) =>
    createHash('sha256')
      .update(readFileSync(join(checkpoints, last, name)))
      .digest('hex'),
  );
}

describe('fluxion serve --source', () => {
  it.each(hasNats ? ['NATS'] : [])(
    'counts each event of %s once, killed in between',
    async () => {
      const source = await broker();
      await stopped(await start(source, 'straight'));
      for (let kills = 0; kills < 2; kills++) {
        const { url, service } = await start(source, 'killed');
        await expect
          .poll(() => updatesOf(url), { interval: 1, timeout: 30_000 })
          .toBeGreaterThan(100 * kills);
        service.kill('SIGKILL');
        await service.ended;
      }
      const last = await start(source, 'killed');
      const learn = await fetch(`${last.url}/learn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(visit(0)),
      });
      expect(learn.status).toBe(409);
      await stopped(last);
      expect(bitsOf('killed')).toEqual(bitsOf('straight'));
      expect(readFileSync('straight/refused-events.jsonl', 'utf8')).toContain('{\\"minutes');
    },
    120_000,
  );

  it.each([
    ['nats://localhost:1/visits', 1, '--source: expected a broker at localhost:1, got no connection'],
    ['redis://localhost:1/visits', 1, '--source: expected a broker at localhost:1, got no connection'],
    ['http://someone:secret@localhost/visits', 2, '--source: expected nats://HOST:PORT/STREAM'],
    ['nats://localhost', 2, '--source: expected nats://HOST:PORT/STREAM'],
  ])('refuses %s', async (source, code, message) => {
    const ran = await fluxion('serve', '--model', 'model', '--port', '0', '--source', source);
    expect(ran).toMatchObject({ code, err: expect.stringContaining(message) });
    expect(ran.err).not.toContain('secret');
  });
});
