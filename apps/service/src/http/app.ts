import { Encoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { predictRows, type Row } from '@fluxion/pipeline';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Learner } from '../learning/learner.js';
import type { LearnedList, LearningQueue } from '../learning/learningQueue.js';
import type { LogFollower } from '../learning/logFollower.js';
import type { OpenPredictions } from '../learning/openPredictions.js';
import type { LiveFeed } from '../watching/liveFeed.js';
import type { Prometheus } from '../watching/prometheus.js';
import type { Traffic } from '../watching/traffic.js';
import { answerError } from './answerError.js';
import { expectShallow } from './expectShallow.js';
import { expectToken } from './expectToken.js';
import { HttpError } from './httpError.js';
import type { Limits } from './limits.js';
import { pageFiles } from './pageFiles.js';
import { RateLimit } from './rateLimit.js';
import { eachRow, rowsOf } from './rowsOf.js';

/** What a service is made of. */
export interface ServiceParts {
  readonly served: () => FlowGraph;
  readonly version: () => number;
  /** Absent where nothing is learned. */
  readonly learning:
    | {
        readonly learner: Learner;
        readonly queue: LearningQueue;
        /** There where events come from a log. */
        readonly follower: LogFollower | undefined;
      }
    | undefined;
  readonly open: OpenPredictions;
  readonly traffic: Traffic;
  readonly feed: LiveFeed;
  readonly prometheus: Prometheus;
  readonly limits: Required<Limits>;
  readonly token: string | undefined;
  /** Is told of what is wrong with the service itself. */
  readonly warn: (error: Error) => void;
}

/** How many requests of the largest size may wait to be learned from, or as many bytes of smaller ones. */
const BODIES = 64;
/** Milliseconds in which a request has to be here, and connections at one time: others cannot hold them all for long. */
const PATIENCE = 30_000;
const CONNECTIONS = 1000;

/** The routes of a service. */
export async function app(parts: ServiceParts): Promise<FastifyInstance> {
  const { served, version, learning, open, traffic, feed, limits, warn } = parts;
  const { registry, requests, predicted, learned, clipped, refused } = parts.prometheus;
  const rate = new RateLimit(limits.learnPerSecond);
  const server = fastify({
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    requestTimeout: PATIENCE,
  });
  server.server.maxConnections = CONNECTIONS;
  // Of the types that a page elsewhere may send without asking, a browser's user would not know.
  server.removeContentTypeParser(['text/plain', 'application/json']);
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    try {
      expectShallow(body);
    } catch (error) {
      return done(error as Error);
    }
    return parse(request, body, done);
  });

  server.setErrorHandler<Error>((error, _, reply) => {
    refused.inc({ reason: error.name });
    // Cut off, a client that is still sending what is too long would never see the answer.
    if (reply.hasHeader('connection')) reply.removeHeader('connection');
    if (answerError(error, reply)) warn(error);
  });
  server.setNotFoundHandler((request, reply) =>
    reply.status(404).send({ error: 'HttpError', message: `there is no ${request.method} ${request.url}` }),
  );
  server.addHook('onResponse', async ({ routeOptions: { url } }, reply) => {
    requests.observe({ route: url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  const follower = learning?.follower;
  const takesLabels = learning !== undefined && follower === undefined;
  const inputs = inputsOf(served());
  server.post('/predict', async ({ body }, reply) => {
    const given = rowsOf(body, limits.rows);
    const model = served();
    const predictions = predictRows(model, given.rows).map((prediction, i) => {
      if (!areFinite(prediction)) {
        throw new HttpError(
          422,
          `expected finite numbers from the model, got others${given.isList ? ` of row ${i}` : ''}; its numbers may be too large`,
        );
      }
      return { ...(takesLabels && { id: open.add(picked(given.rows[i] as Row, inputs)) }), prediction };
    });
    predicted.inc(predictions.length);
    traffic.predicted(predictions.length, reply.elapsedTime);
    return given.isList ? { version: version(), predictions } : { version: version(), ...predictions[0] };
  });

  if (follower !== undefined) {
    for (const route of ['/learn', '/feedback']) {
      server.post(route, () => {
        throw new HttpError(
          409,
          `this service learns from the events of ${follower.name} alone, each of which counts once; send what it is to learn there`,
        );
      });
    }
  } else if (learning !== undefined) {
    const { learner, queue } = learning;
    /** Bytes of the requests that wait. */
    let waiting = 0;
    const bytesOf = ({ headers }: FastifyRequest): number =>
      Number(headers['content-length'] ?? limits.bodyBytes);
    const expectRoom = (request: FastifyRequest, events: number): void => {
      if (learner.stopped !== undefined) {
        throw new HttpError(503, `nothing is learned any more: ${learner.stopped.message}`);
      }
      const wait = rate.take(request.ip, events);
      if (wait > 0) {
        throw new HttpError(429, `expected at most ${limits.learnPerSecond} events a second; wait`, wait);
      }
      if (queue.length + events > limits.waiting || waiting + bytesOf(request) > BODIES * limits.bodyBytes) {
        throw new HttpError(503, `${queue.length} events wait to be learned from; wait`, 1);
      }
    };
    const learn = async (request: FastifyRequest, rows: readonly Row[]): Promise<object> => {
      const bytes = bytesOf(request);
      waiting += bytes;
      const list = await queue.push(rows);
      waiting -= bytes;
      learned.inc(list.learned);
      clipped.inc(list.clipped);
      traffic.learned(list.learned);
      return answer(list, learner.updates);
    };
    const guarded = {
      onRequest: async ({ headers }: FastifyRequest) => expectToken(parts.token, headers.authorization),
    };

    server.post('/learn', guarded, async (request) => {
      const given = rowsOf(request.body, limits.rows);
      expectRoom(request, given.rows.length);
      eachRow(given, (row) => learner.expectUsable(row));
      return learn(request, given.rows);
    });

    server.post('/feedback', guarded, async (request) => {
      const { rows, isList } = rowsOf(request.body, limits.rows);
      expectRoom(request, rows.length);
      const ids = new Set<string>();
      const joined = rows.map((row) => {
        const { id } = row;
        const predicted = typeof id === 'string' && !ids.has(id) ? open.find(id) : undefined;
        if (predicted === undefined) throw unknownId(id);
        ids.add(id as string);
        return withTargets(row, predicted, served());
      });
      eachRow({ rows: joined, isList }, (row) => learner.expectUsable(row));
      // A label that cannot be used can be corrected; one that can counts once, as all this happens in one turn.
      for (const id of ids) open.delete(id);
      return learn(request, joined);
    });
  }

  server.get('/healthz', async () => ({
    status: (learning?.learner.stopped ?? follower?.problem) === undefined ? 'ok' : 'degraded',
    version: version(),
    ...(learning && {
      updates: learning.learner.updates,
      waiting: learning.queue.length,
      ...(learning.learner.stopped && { stopped: learning.learner.stopped.message }),
      ...(follower && { source: follower.name }),
      ...(follower?.problem && { problem: follower.problem.message }),
    }),
  }));
  server.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  server.get('/live', (request, reply) => {
    if (feed.isFull) throw new HttpError(503, 'too many watch already; wait', 10);
    reply.hijack();
    const last = request.headers['last-event-id'];
    feed.watch(reply.raw, last === undefined ? Number.NaN : Number(last));
  });
  for (const { path, type, content } of await pageFiles()) {
    server.get(path, (_, reply) =>
      reply
        .headers({
          'content-security-policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-cache',
        })
        .type(type)
        .send(content),
    );
  }
  return server;
}

function answer({ learned, clipped, loss, refusals }: LearnedList, updates: number): object {
  if (learned === 0) throw new HttpError(422, refusals[0]?.message ?? 'nothing was learned');
  return { learned, clipped, loss, updates, ...(refusals.length > 0 && { refused: refusals.length }) };
}

/** The columns that a model predicts by. */
function inputsOf({ encoder }: FlowGraph): readonly string[] {
  return encoder instanceof Encoder ? encoder.columns.map(({ column }) => column) : [];
}

/** The row of an earlier prediction with the targets that have come for it. */
function withTargets(given: Row, predicted: Row, { encoder }: FlowGraph): Row {
  if (!(encoder instanceof Encoder)) return predicted;
  const { targets, weight } = encoder;
  const names = [...Object.keys(targets), ...(weight === undefined ? [] : [weight.column])];
  return { ...predicted, ...picked(given, names) };
}

function picked(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]),
  );
}

function unknownId(id: unknown): HttpError {
  const got =
    typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : id === undefined ? 'none' : typeof id;
  return new HttpError(
    404,
    `expected the id of a prediction that still waits for its label, got ${got}; it may have had it, or be too old: send the whole row to /learn`,
  );
}

/** Whether all numbers of a prediction are finite. */
function areFinite(prediction: ReturnType<typeof predictRows>[number]): boolean {
  if (typeof prediction === 'number') return Number.isFinite(prediction);
  if (typeof prediction.probability === 'number') return Number.isFinite(prediction.probability);
  return Object.values(prediction).every((one) => areFinite(one as never));
}
