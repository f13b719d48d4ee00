import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Encoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { logEvents } from '@fluxion/pipeline';
import { expectNames, OptionError, StateError } from '@fluxion/tensor';
import { app } from './http/app.js';
import { closing } from './http/closing.js';
import { allLimits, type Limits } from './http/limits.js';
import { Learner, type LearningOptions } from './learning/learner.js';
import { LearningQueue } from './learning/learningQueue.js';
import { LogFollower } from './learning/logFollower.js';
import { OpenPredictions, type OpenPredictionsOptions } from './learning/openPredictions.js';
import { RefusedEvents, shownEvent } from './learning/refusedEvents.js';
import { LiveFeed } from './watching/liveFeed.js';
import { prometheus } from './watching/prometheus.js';
import { Traffic } from './watching/traffic.js';

/** How a model is served. */
export interface ServeOptions {
  /** Address to listen at. Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** 0 for any that is free. Default 8080. */
  readonly port?: number;
  /** What is learned from events; by default nothing is. */
  readonly learning?: LearningOptions;
  /** What clients have to show before they may teach the model: `authorization: Bearer TOKEN`. */
  readonly token?: string;
  readonly limits?: Limits;
  /** How many predictions wait for their label, and how long. */
  readonly open?: OpenPredictionsOptions;
  /** Is told of what goes wrong while the service goes on. Default: a warning of the process. */
  readonly warn?: (error: Error) => void;
}

/** A model that is being served. */
export interface Service {
  /** As `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Updates that the served weights have had. */
  readonly version: number;
  /** Updates that the learning weights have had, and how well events were predicted; undefined where nothing is learned. */
  readonly learner: Pick<Learner, 'updates' | 'figures' | 'servedFigures' | 'drifts' | 'stopped'> | undefined;
  /** Answers the requests that have come, saves what was learned, and ends. */
  close(): Promise<void>;
}

/** Characters that are written down of an event that cannot be used. */
const MOST_TEXT = 2 ** 12;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Serves a model over HTTP: `POST /predict`, and where it learns `POST /learn` and `POST /feedback`, take rows as JSON objects;
 * `GET /metrics` is for Prometheus, `/healthz` for what restarts it, and `/` is a page that shows how it does.
 *
 * @param model with an encoder. It learns itself, unless the learning is in its shadow
 * @throws {StateError} when the model has no encoder; {OptionError} when an option cannot be, or the checkpoints are of another
 *   model, or it cannot listen; {CheckpointError} when there are checkpoints, but none that can be read.
 * @example
 * const service = await serve(model, { port: 8080, learning: { loss: softmaxCrossEntropy(), optimizer, directory: 'runs/live' } });
 * process.once('SIGTERM', () => service.close());
 */
export async function serve(model: FlowGraph, options: ServeOptions = {}): Promise<Service> {
  expectNames('serve', options, ['host', 'port', 'learning', 'token', 'limits', 'open', 'warn']);
  const { host = '127.0.0.1', port = 8080, learning: given, token } = options;
  const warn =
    options.warn ?? ((error: Error) => process.emitWarning(error.message, { type: 'ServiceWarning' }));
  if (!(model.encoder instanceof Encoder)) {
    throw new StateError(
      'serve model: expected a model with an encoder, got one without; build it with { encoder }, as fitEncoder makes one',
    );
  }
  if (given !== undefined && given.log === undefined && token === undefined && !LOOPBACK.test(host)) {
    throw new OptionError(
      `serve token: expected one where a model learns from other machines, at ${host}, got none; give a token, or listen at 127.0.0.1`,
    );
  }
  const limits = allLimits(options.limits ?? {});
  const open = new OpenPredictions(options.open);
  const refusedEvents = given && new RefusedEvents(join(given.directory, 'refused-events.jsonl'), warn);
  const events =
    given?.log &&
    logEvents(given.log, {
      onBatch: () => follower?.answered(),
      onBadEvent: ({ partition, offset, value }, error) => {
        const text = Buffer.from(value.subarray(0, MOST_TEXT)).toString();
        counters.refused.inc({ reason: error.name });
        refusedEvents?.add({ reason: error.message, partition, offset, text });
      },
    });
  const learner = given && (await Learner.start(model, given, warn, events));
  const queue = learner && new LearningQueue(learner);
  const openFile = given && join(given.directory, 'open-predictions.jsonl');
  if (openFile !== undefined) await open.read(openFile, warn);
  const version = (): number => learner?.version ?? 0;
  const traffic = new Traffic();
  const feed = new LiveFeed();
  const counters = prometheus({ version, learner, queue, open });
  const follower =
    learner &&
    events &&
    new LogFollower(given.log?.name ?? '', learner, events, {
      learned({ clipped }) {
        counters.learned.inc();
        if (clipped > 0) counters.clipped.inc();
        traffic.learned(1);
      },
      refused(event, error) {
        counters.refused.inc({ reason: error.name });
        const offsets = Object.fromEntries(events.offsets);
        refusedEvents?.add({ reason: error.message, offsets, ...shownEvent(event, MOST_TEXT) });
      },
      warn,
    });
  const server = await app({
    served: () => learner?.served ?? model,
    version,
    learning: learner && queue && { learner, queue, follower },
    open,
    traffic,
    feed,
    prometheus: counters,
    limits,
    token,
    warn,
  });
  const closeServer = closing(server, () => feed.close());
  await server.listen({ host, port }).catch(async (cause: NodeJS.ErrnoException) => {
    traffic.close();
    await learner?.close();
    // They were read from there.
    if (openFile !== undefined && open.size > 0) open.write(openFile);
    throw new OptionError(
      `serve: expected an address that is free and this machine's own, got ${host} port ${port} (${cause.code}); name another port, or 0 for any`,
      { cause },
    );
  });
  follower?.begin();
  const sampling = setInterval(() => feed.push(traffic.sample(version(), learner)), 1000).unref();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await closeServer();
    clearInterval(sampling);
    traffic.close();
    if (given === undefined) return;
    follower?.close();
    await queue?.empty();
    await learner?.close();
    await refusedEvents?.close();
    if (openFile !== undefined && open.size > 0) {
      await mkdir(given.directory, { recursive: true });
      open.write(openFile);
    }
  };
  const { address, family, port: actual } = server.server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    get version() {
      return version();
    },
    learner,
    close() {
      closed ??= close();
      return closed;
    },
  };
}
