import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowGraph } from '@fluxion/graph';
import { sgd } from '@fluxion/optim';
import type { Log } from '@fluxion/pipeline';
import { elements } from '@fluxion/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, serve } from './serve.js';
import { post } from './testing/post.js';
import { trip, tripLearning, tripModel, trips } from './testing/trips.js';

let directory: string;
const services: Service[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fluxion-service-'));
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  rmSync(directory, { recursive: true });
});

/** A log in memory, which waits at its end. The first `failures` times that it is opened it fails after so many events. */
function logOf(values: readonly unknown[], failures: readonly number[] = []): Log {
  const left = [...failures];
  return {
    name: 'trips',
    async *open(after, signal) {
      const failsAfter = left.shift() ?? Number.POSITIVE_INFINITY;
      const first = Number(after.get('0') ?? -1) + 1;
      for (let i = first; i < values.length; i++) {
        if (i - first >= failsAfter) throw new Error('the broker is gone');
        const value = values[i];
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        yield [{ partition: '0', offset: String(i), value: Buffer.from(text) }];
      }
      if (failsAfter < Number.POSITIVE_INFINITY) throw new Error('the broker is gone');
      yield [];
      if (!signal.aborted) await once(signal, 'abort');
    },
  };
}

async function start(
  model: FlowGraph,
  log: Log,
  changes: Partial<ReturnType<typeof tripLearning>> = {},
): Promise<{ readonly service: Service; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const service = await serve(model, {
    port: 0,
    learning: { ...tripLearning(directory), ...changes, log },
    warn: ({ message }) => void warnings.push(message),
  });
  services.push(service);
  return { service, warnings };
}

const bitsOf = (model: FlowGraph): unknown =>
  [...model.parameters]
    .map(({ value }) => [...elements(value)])
    .concat([[...(model.encoder?.save().tensors.values() ?? [])].flatMap((value) => [...elements(value)])]);

const healthOf = async ({ url }: Service): Promise<Record<string, unknown>> =>
  (await fetch(`${url}/healthz`)).json() as Promise<Record<string, unknown>>;

describe('a service that learns from a log', () => {
  it('counts each event once, stopped and started again, as one that never stopped', async () => {
    const straight = tripModel();
    const { service } = await start(straight, logOf(trips(0, 100)), {
      directory: join(directory, 'straight'),
    });
    await expect.poll(() => service.learner?.updates).toBe(100);

    for (const end of [30, 31, 100]) {
      const model = tripModel();
      const { service } = await start(model, logOf(trips(0, end)), { directory: join(directory, 'parts') });
      await expect.poll(() => service.learner?.updates).toBe(end);
      await service.close();
      if (end === 100) expect(bitsOf(model)).toEqual(bitsOf(straight));
    }
  });

  it('is taught by nobody else, and says why', async () => {
    const { service } = await start(tripModel(), logOf(trips(0, 10)));
    for (const route of ['learn', 'feedback']) {
      expect(await post(`${service.url}/${route}`, trip(0))).toMatchObject({
        status: 409,
        body: { message: expect.stringContaining('learns from the events of trips alone') },
      });
    }
    const { body } = await post(`${service.url}/predict`, trip(0));
    expect(body).not.toHaveProperty('id');
    expect(await healthOf(service)).toMatchObject({ status: 'ok', source: 'trips' });
  });

  it('writes down events that cannot be used, counts them, and lives', async () => {
    const deep = `{"distance":${'['.repeat(100_000)}${']'.repeat(100_000)},"weather":"sun","late":"no"}`;
    const bad = ['{"distance', { ...trip(1), late: 'perhaps' }, '[1]', deep, { late: 'x'.repeat(10_000) }];
    const events = [...trips(0, 20), ...bad, ...trips(20, 40)];
    const { service, warnings } = await start(tripModel(), logOf(events));
    await expect.poll(() => service.learner?.updates).toBe(40);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('fluxion_refused_total{reason="DataError"} 5');
    expect(metrics).toContain('fluxion_learned_events_total 40');
    await service.close();
    const kept = readFileSync(join(directory, 'refused-events.jsonl'), 'utf8').trim().split('\n');
    expect(kept.map((line) => JSON.parse(line))).toMatchObject([
      { offset: '20', text: '{"distance', reason: expect.stringContaining('can be decoded') },
      { offsets: { 0: '21' }, event: { late: 'perhaps' }, reason: expect.stringContaining('no, yes') },
      { offset: '22', text: '[1]' },
      { offsets: { 0: '23' }, text: 'distance,weather,late' },
      { offsets: { 0: '24' }, text: expect.stringMatching(/^\{"late":"x{4000}/) },
    ]);
    expect(warnings).toEqual([]);
  });

  it('asks a log that failed again, and misses nothing', async () => {
    const straight = tripModel();
    const whole = await start(straight, logOf(trips(0, 60)), { directory: join(directory, 'straight') });
    await expect.poll(() => whole.service.learner?.updates).toBe(60);
    const model = tripModel();
    const { service, warnings } = await start(model, logOf(trips(0, 60), [25]));
    await expect
      .poll(() => healthOf(service))
      .toMatchObject({
        status: 'degraded',
        problem: expect.stringContaining('the broker is gone'),
      });
    await expect.poll(() => service.learner?.updates, { timeout: 10_000 }).toBe(60);
    expect(await healthOf(service)).toMatchObject({ status: 'ok' });
    expect(bitsOf(model)).toEqual(bitsOf(straight));
    expect(warnings).toHaveLength(1);
  });

  it('is well again as soon as the log answers, though no event comes', async () => {
    const { service } = await start(tripModel(), logOf(trips(0, 5), [5]));
    await expect.poll(() => healthOf(service)).toMatchObject({ status: 'degraded', updates: 5 });
    await expect
      .poll(() => healthOf(service), { timeout: 10_000 })
      .toMatchObject({ status: 'ok', updates: 5 });
  });

  it('reads the log again from where a model that diverged goes back to, then says that it learns no more', async () => {
    const optimizer = sgd({ learningRate: 1e30 });
    const { service, warnings } = await start(tripModel(), logOf(trips(0, 60)), { optimizer });
    await expect.poll(() => service.learner?.stopped?.message).toContain('expected a finite loss');
    expect(warnings[0]).toContain('the model has gone back to update 0');
    expect(await healthOf(service)).toMatchObject({ status: 'degraded' });
    expect((await post(`${service.url}/predict`, trip(0))).status).toBe(200);
  });
});
