import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential } from '@fluxion/layers';
import { predictRow } from '@fluxion/pipeline';
import { elements, OptionError, StateError } from '@fluxion/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServeOptions, type Service, serve } from './serve.js';
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

async function start(model: FlowGraph, options: ServeOptions = {}): Promise<Service> {
  const service = await serve(model, { port: 0, ...options });
  services.push(service);
  return service;
}

const learning = (changes: Partial<ReturnType<typeof tripLearning>> = {}) => ({
  ...tripLearning(directory),
  ...changes,
});

const bitsOf = (model: FlowGraph): unknown => ({
  weights: [...model.parameters, ...model.states].map(({ value }) => [...elements(value)]),
  encoder: [...(model.encoder?.save().tensors ?? [])].map(([name, value]) => [name, [...elements(value)]]),
});

describe('POST /predict', () => {
  it('says what predictRow says, of one row and of many', async () => {
    const model = tripModel();
    const { url } = await start(model);
    const { late: _, ...row } = trip(3);
    const one = await post(`${url}/predict`, row);
    expect(one).toMatchObject({ status: 200, body: { version: 0, prediction: predictRow(model, row) } });
    const many = await post(`${url}/predict`, trips(0, 5));
    expect(many.body.predictions).toEqual(trips(0, 5).map((row) => ({ prediction: predictRow(model, row) })));
  });

  it('answers 400 with the column, and the row of a list', async () => {
    const { url } = await start(tripModel());
    const answers = await Promise.all([
      post(`${url}/predict`, { distance: 1 }),
      post(`${url}/predict`, [trip(1), { ...trip(2), distance: 'far' }]),
      post(`${url}/predict`, [1]),
      post(`${url}/predict`, []),
      post(`${url}/predict`, '{'),
      post(`${url}/predict`, '{"distance": 1e999, "weather": "sun"}'),
      post(`${url}/predict`, '{"__proto__": {}, "distance": 1, "weather": "sun"}'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 400]);
    expect(answers[0]?.body).toMatchObject({ error: 'DataError', column: 'weather' });
    expect(answers[1]?.body).toMatchObject({ error: 'DataError', column: 'distance', row: 1 });
    expect(answers[2]?.body).toMatchObject({ error: 'DataError', row: 0 });
    expect(answers[5]?.body).toMatchObject({ error: 'DataError', column: 'distance' });
    expect((await post(`${url}/predict`, trip(1))).status).toBe(200);
  });

  it('answers 422 where the model makes no finite number of a row, and tells nobody else', async () => {
    const warnings: Error[] = [];
    const model = tripModel();
    const { url } = await start(model, { warn: (error) => void warnings.push(error) });
    for (const parameter of model.parameters) model.assign(parameter, elements(parameter.value).fill(1e38));
    expect(await post(`${url}/predict`, [trip(1), trip(2)])).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('of row 0') },
    });
    expect(warnings).toEqual([]);
  });

  it('refuses bodies and lists beyond the limits, and what is no JSON', async () => {
    const { url } = await start(tripModel(), { limits: { rows: 3, bodyBytes: 500 } });
    expect(await post(`${url}/predict`, trips(0, 4))).toMatchObject({ status: 413 });
    expect(await post(`${url}/predict`, { ...trip(0), more: 'x'.repeat(1000) })).toMatchObject({
      status: 413,
    });
    expect(await post(`${url}/predict`, trip(0), { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect(await post(`${url}/learn`, trip(0))).toMatchObject({ status: 404 });
  });

  it('refuses a model without an encoder', async () => {
    await expect(serve(sequential([linear(1)], { inputShape: [1] }), { port: 0 })).rejects.toThrow(
      StateError,
    );
  });
});

describe('POST /learn', () => {
  it('learns from events in the order in which they come, and is served at once', async () => {
    const model = tripModel();
    const service = await start(model, { learning: learning() });
    const { body } = await post(`${service.url}/learn`, trips(0, 300));
    expect(body).toMatchObject({ learned: 300, clipped: 0, updates: 300 });
    for (let i = 300; i < 310; i++) {
      expect((await post(`${service.url}/learn`, trip(i))).body).toMatchObject({
        learned: 1,
        updates: i + 1,
      });
    }
    expect(service.version).toBe(310);
    expect(service.learner?.figures).toMatchObject({ examples: 310 });
    const figures = service.learner?.figures.window as { accuracy: number; loss: number };
    expect(figures.accuracy).toBeGreaterThan(0.85);
    const { body: answer } = await post(`${service.url}/predict`, trip(4));
    expect(answer).toMatchObject({ version: 310, prediction: predictRow(model, trip(4)) });
  });

  it('is one learner, however the events are cut into requests', async () => {
    const [a, b] = [tripModel(), tripModel()];
    const one = await start(a, { learning: learning() });
    await post(`${one.url}/learn`, trips(0, 60));
    const other = await start(b, { learning: learning({ directory: join(directory, 'other') }) });
    for (let i = 0; i < 60; i += 7) await post(`${other.url}/learn`, trips(i, Math.min(60, i + 7)));
    expect(bitsOf(b)).toEqual(bitsOf(a));
  });

  it('learns nothing of a request with a row that cannot be used', async () => {
    const model = tripModel();
    const { url } = await start(model, { learning: learning() });
    const before = bitsOf(model);
    const bad = [
      { ...trip(1), late: 'perhaps' },
      { ...trip(1), late: null },
      { distance: 3, weather: 'sun' },
      { ...trip(1), distance: 'far' },
    ];
    for (const row of bad) {
      expect(await post(`${url}/learn`, [trip(0), row])).toMatchObject({
        status: 400,
        body: { error: 'DataError', row: 1, column: expect.stringMatching(/late|distance/) },
      });
    }
    expect(bitsOf(model)).toEqual(before);
  });

  it('learns from numbers beyond the range as if they lay at its border, and does not count them in', async () => {
    const model = tripModel();
    const { url } = await start(model, { learning: learning() });
    await post(`${url}/learn`, trips(0, 200));
    const right = () =>
      trips(0, 100).filter((row) => (predictRow(model, row) as { class: string }).class === row.late);
    const [before, encoder] = [right().length, model.encoder?.save()];
    const hostile = Array.from({ length: 20 }, (_, i) => ({ ...trip(i), distance: (-1) ** i * 1e300 }));
    expect((await post(`${url}/learn`, hostile)).body).toMatchObject({ learned: 20, clipped: 20 });
    expect(model.encoder?.save()).toEqual(encoder);
    await post(`${url}/learn`, trips(200, 300));
    expect(right().length).toBeGreaterThan(before - 10);
  });

  it('refuses them where that was asked for', async () => {
    const { url } = await start(tripModel(), { learning: learning({ beyond: 'refuse', range: 5 }) });
    expect(await post(`${url}/learn`, { ...trip(0), distance: 1e6 })).toMatchObject({
      status: 400,
      body: { column: 'distance', message: expect.stringContaining('at most 5') },
    });
  });

  it('asks for the token, and limits what each client may give', async () => {
    const { url } = await start(tripModel(), {
      learning: learning(),
      token: 'secret',
      limits: { learnPerSecond: 10 },
    });
    const authorization = 'Bearer secret';
    expect(await post(`${url}/learn`, trip(0))).toMatchObject({ status: 401 });
    expect(await post(`${url}/learn`, trip(0), { authorization: 'Bearer wrong' })).toMatchObject({
      status: 401,
    });
    expect(await post(`${url}/feedback`, { id: 'x', late: 'no' })).toMatchObject({ status: 401 });
    expect(await post(`${url}/learn`, trips(0, 10), { authorization })).toMatchObject({ status: 200 });
    const late = await post(`${url}/learn`, trips(0, 5), { authorization });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await post(`${url}/predict`, trip(0))).toMatchObject({ status: 200 });
  });

  it('is offered to other machines with a token only', async () => {
    await expect(serve(tripModel(), { host: '0.0.0.0', port: 0, learning: learning() })).rejects.toThrow(
      OptionError,
    );
  });
});

describe('POST /feedback', () => {
  it('learns from a prediction whose label has come, once', async () => {
    const [a, b] = [tripModel(), tripModel()];
    const service = await start(a, { learning: learning() });
    const { late, ...row } = trip(7);
    const { id } = (await post(`${service.url}/predict`, row)).body;
    expect(await post(`${service.url}/feedback`, { id, late: 'perhaps' })).toMatchObject({
      status: 400,
      body: { column: 'late' },
    });
    expect((await post(`${service.url}/feedback`, { id, late })).body).toMatchObject({ learned: 1 });
    expect(await post(`${service.url}/feedback`, { id, late })).toMatchObject({ status: 404 });
    const other = await start(b, { learning: learning({ directory: join(directory, 'other') }) });
    await post(`${other.url}/learn`, trip(7));
    expect(bitsOf(a)).toEqual(bitsOf(b));
  });

  it('counts a label once that is there twice in a list, and knows no ids but its own', async () => {
    const { url } = await start(tripModel(), { learning: learning() });
    const { id } = (await post(`${url}/predict`, trip(7))).body;
    const label = { id, late: 'no' };
    expect(await post(`${url}/feedback`, [label, label])).toMatchObject({ status: 404 });
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const others = [7, null, {}, { toString: 1 }, [id], 'constructor', ''].map((id) => JSON.stringify(id));
    expect(await post(`${url}/feedback`, `{"id":${deep},"late":"no"}`)).toMatchObject({ status: 400 });
    for (const other of others) {
      expect(await post(`${url}/feedback`, `{"id":${other},"late":"no"}`)).toMatchObject({ status: 404 });
    }
    expect(await post(`${url}/feedback`, { late: 'no' })).toMatchObject({ status: 404 });
    expect((await post(`${url}/feedback`, label)).body).toMatchObject({ learned: 1, updates: 1 });
  });

  it('learns from the row that was predicted, whatever else comes with it or with the label', async () => {
    const [a, b] = [tripModel(), tripModel()];
    const { url } = await start(a, { learning: learning() });
    const { id } = (await post(`${url}/predict`, { ...trip(7), late: 'yes', more: 'x'.repeat(1000) })).body;
    await post(`${url}/feedback`, { id, distance: 1e6, late: 'no' });
    const other = await start(b, { learning: learning({ directory: join(directory, 'other') }) });
    await post(`${other.url}/learn`, { ...trip(7), late: 'no' });
    expect(bitsOf(a)).toEqual(bitsOf(b));
  });

  it('remembers over a restart what was predicted before', async () => {
    const first = await start(tripModel(), { learning: learning() });
    const { late, ...row } = trip(7);
    const { id } = (await post(`${first.url}/predict`, row)).body;
    await first.close();
    const second = await start(tripModel(), { learning: learning() });
    expect(await post(`${second.url}/feedback`, [{ id, late }])).toMatchObject({ body: { learned: 1 } });
  });
});

describe('a restart', () => {
  it('goes on bit for bit from where the service was closed', async () => {
    const whole = tripModel();
    const one = await start(whole, { learning: learning() });
    await post(`${one.url}/learn`, trips(0, 90));

    const elsewhere = { directory: join(directory, 'cut') };
    let model = tripModel();
    for (const [from, to] of [
      [0, 30],
      [30, 31],
      [31, 90],
    ] as const) {
      model = tripModel();
      const service = await start(model, { learning: learning(elsewhere) });
      expect(service.learner?.updates).toBe(from);
      await post(`${service.url}/learn`, trips(from, to));
      await service.close();
    }
    expect(bitsOf(model)).toEqual(bitsOf(whole));
    expect(readdirSync(elsewhere.directory).filter((name) => name.startsWith('step-'))).not.toEqual([]);
  });

  it('refuses to go on with another model', async () => {
    const service = await start(tripModel(), { learning: learning() });
    await post(`${service.url}/learn`, trips(0, 10));
    await service.close();
    const other = tripModel();
    const [parameter] = other.parameters;
    if (parameter)
      other.assign(
        parameter,
        elements(parameter.value).map((value) => value + 1),
      );
    await expect(serve(other, { port: 0, learning: learning() })).rejects.toThrow(/other weights/);
  });
});

describe('closing', () => {
  it('answers what has come, and has learned what it said it has', async () => {
    const model = tripModel();
    const service = await start(model, { learning: learning() });
    const requests = Array.from({ length: 50 }, (_, i) =>
      post(`${service.url}/learn`, trips(i, i + 10)).catch(() => undefined),
    );
    await requests[0];
    await service.close();
    const answers = await Promise.all(requests);
    const learned = answers.reduce((sum, answer) => sum + (answer?.body.learned ?? 0), 0);
    for (const answer of answers) expect([200, 503, undefined]).toContain(answer?.status);
    expect(learned).toBeGreaterThan(0);
    const next = await start(tripModel(), { learning: learning() });
    expect(next.learner?.updates).toBe(learned);
  });
});

describe('in the shadow', () => {
  it('serves the copy once it is better over a window, as a whole, and goes on with both', async () => {
    const model = tripModel();
    const service = await start(model, { learning: learning({ shadow: true }) });
    const before = (await post(`${service.url}/predict`, trip(3))).body;
    expect((await post(`${service.url}/learn`, trips(0, 99))).body).toMatchObject({ updates: 99 });
    expect((await post(`${service.url}/predict`, trip(3))).body.prediction).toEqual(before.prediction);
    await post(`${service.url}/learn`, trips(99, 250));
    const { body: served } = await post(`${service.url}/predict`, trip(3));
    expect([100, 200]).toContain(served.version);
    expect(served.prediction).not.toEqual(predictRow(model, trip(3)));
    await service.close();
    const next = await start(tripModel(), { learning: learning({ shadow: true }) });
    expect(next.version).toBe(served.version);
    expect((await post(`${next.url}/predict`, trip(3))).body.prediction).toEqual(served.prediction);
  });
});

describe('a loss that is not finite', () => {
  it('takes the model back to its last checkpoint, and is told of', async () => {
    const told: Error[] = [];
    const model = tripModel();
    const service = await start(model, {
      learning: learning({ every: { examples: 50 } }),
      warn: (error) => void told.push(error),
    });
    await post(`${service.url}/learn`, trips(0, 120));
    for (const parameter of model.parameters) model.assign(parameter, elements(parameter.value).fill(1e38));
    expect(await post(`${service.url}/learn`, trip(0))).toMatchObject({ status: 422 });
    const messages = () => told.map(({ message }) => message);
    await expect.poll(messages).toEqual([expect.stringContaining('gone back to update')]);
    expect(await post(`${service.url}/learn`, trips(0, 10))).toMatchObject({ body: { learned: 10 } });
    const figures = service.learner?.figures.all as { loss: number };
    expect(Number.isFinite(figures.loss)).toBe(true);
  });
});

describe('a world that changes', () => {
  it('is noticed as a drift of the loss, and counted', async () => {
    const service = await start(tripModel(), { learning: learning() });
    await post(`${service.url}/learn`, trips(0, 600));
    expect(service.learner?.drifts.count).toBeLessThanOrEqual(2);
    const before = service.learner?.drifts.count ?? 0;
    const turned = trips(600, 1000).map((row) => ({ ...row, late: row.late === 'yes' ? 'no' : 'yes' }));
    await post(`${service.url}/learn`, turned);
    const { count = 0, last } = service.learner?.drifts ?? {};
    expect(count).toBeGreaterThan(before);
    expect(last?.update).toBeGreaterThan(600);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text.split('\n')).toContain(`fluxion_drifts ${count}`);
  });
});

describe('what watches', () => {
  it('is told how it goes by /metrics and /healthz', async () => {
    const { url } = await start(tripModel(), { learning: learning() });
    await post(`${url}/learn`, trips(0, 20));
    await post(`${url}/predict`, trips(0, 3));
    await post(`${url}/predict`, { distance: 'far' });
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const line of [
      'fluxion_version 20',
      'fluxion_learned_events_total 20',
      'fluxion_predicted_rows_total 3',
      'fluxion_open_predictions 3',
      'fluxion_refused_total{reason="DataError"} 1',
      'fluxion_request_seconds_count{route="/predict",status="400"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/fluxion_figure\{figure="loss",over="window",model="learning"\} 0\.\d+/);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({
      status: 'ok',
      version: 20,
      updates: 20,
      waiting: 0,
    });
  });
});
