import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { learnFromLog } from './logLearner.js';
import { untilDone } from './untilDone.js';

/** How many events there are; of so many `npm run test:kill` kills the learner ten times. */
const IS_LONG = process.env.FLUXION_KILLS !== undefined;
const EVENTS = IS_LONG ? 100_000 : 800;
const KILLS = IS_LONG ? 10 : 1;
const learner = fileURLToPath(new URL('./logLearner.js', import.meta.url));
const cluster = fileURLToPath(new URL('./kafkaCluster.js', import.meta.url));

const events = (): string[] =>
  Array.from({ length: EVENTS }, (_, i) => {
    const [x, city] = [Math.sin(i), ['Paris', 'Rome', 'Oslo'][i % 3]];
    return JSON.stringify({ x, city, kind: x > (i % 3) - 1 ? 'over' : 'under' });
  });

let folder: string;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-logs-'));
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a broker in a process of its own, and waits until it answers. */
async function start<T>(program: string, args: readonly string[], answers: () => Promise<T>): Promise<T> {
  const child = spawn(program, args, { stdio: 'ignore' });
  stops.push(() => child.kill('SIGKILL'));
  for (let attempts = 100; ; attempts--) {
    try {
      return await answers();
    } catch (error) {
      if (attempts === 0) throw error;
      await setTimeout(100);
    }
  }
}

async function nats(): Promise<string> {
  const port = await freePort();
  const servers = `127.0.0.1:${port}`;
  const args = ['-js', '-sd', join(folder, 'nats'), '-a', '127.0.0.1', '-p', String(port)];
  const connection = await start('nats-server', args, () => connect({ servers }));
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'events', subjects: ['events'] });
  const stream = jetstream(connection);
  const all = events();
  for (let i = 0; i < all.length; i += 500) {
    await Promise.all(all.slice(i, i + 500).map((event) => stream.publish('events', event)));
  }
  await connection.close();
  return servers;
}

async function redis(): Promise<string> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const client = await start('redis-server', args, async () => {
    const made = createClient({ url: `redis://${address}`, socket: { reconnectStrategy: false } });
    made.on('error', () => {});
    await made.connect();
    return made;
  });
  const all = events();
  for (let i = 0; i < all.length; i += 500) {
    await Promise.all(all.slice(i, i + 500).map((value) => client.xAdd('events', '*', { value })));
  }
  await client.close();
  return address;
}

const RDKAFKA = ['/usr/lib/x86_64-linux-gnu/librdkafka.so.1', '/usr/lib/aarch64-linux-gnu/librdkafka.so.1'];

/** The mock cluster of librdkafka. */
async function kafka(): Promise<string> {
  const child = spawn(process.execPath, [cluster, RDKAFKA.find((path) => existsSync(path)) as string]);
  stops.push(() => child.kill('SIGKILL'));
  const [address] = await once(child.stdout.setEncoding('utf8'), 'data');
  const client = new Kafka({ brokers: address.trim().split(','), logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  const all = events();
  for (let i = 0; i < all.length; i += 500) {
    await producer.send({
      topic: 'events',
      // The mock cluster keeps 5 MB.
      compression: CompressionTypes.GZIP,
      messages: all.slice(i, i + 500).map((value) => ({ value, partition: 0 })),
    });
  }
  await producer.disconnect();
  return address.trim();
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const brokers = [
  { name: 'nats', start: nats, needs: 'nats-server', isThere: isInstalled('nats-server') },
  { name: 'redis', start: redis, needs: 'redis-server', isThere: isInstalled('redis-server') },
  { name: 'kafka', start: kafka, needs: 'librdkafka1', isThere: RDKAFKA.some((path) => existsSync(path)) },
];
for (const { name, needs, isThere } of brokers) {
  if (!isThere) console.log(`left out: ${name}: ${needs} is not on this machine (apt-get install ${needs})`);
}

describe('a learner of events that is killed at any moment', () => {
  it.for(brokers)(
    'counts each event of $name exactly once',
    // In the short form most of the time is spent on waiting, as for a group of Kafka to form.
    { concurrent: !IS_LONG, timeout: IS_LONG ? 600_000 : 180_000 },
    async ({ name, start, needs, isThere }, { expect, skip }) => {
      skip(!isThere, `${needs} is not on this machine`);
      const address = await start();
      const args = (directory: string, pause: string): string[] => [
        ...[learner, name, address, join(folder, directory), String(EVENTS), pause],
      ];
      const begun = performance.now();
      const straight = await learnFromLog(name, address, join(folder, `${name}-straight`), EVENTS, 0);
      // So that about sixteen lives come to the end, however fast the machine is.
      const life = IS_LONG ? (performance.now() - begun) / 8 : 600;
      const directory = `${name}-killed`;
      const { out, kills } = await untilDone(args(directory, IS_LONG ? '0' : '1'), {
        directory: join(folder, directory),
        life,
        seed: name,
        ...(IS_LONG ? { growth: 1.15 } : { most: KILLS }),
      });
      console.log(`${name}: killed ${kills} times in ${EVENTS} events`);
      expect(out).toContain(`done ${straight}\n`);
      expect(kills).toBeGreaterThanOrEqual(KILLS);
    },
  );
});
