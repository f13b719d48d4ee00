import { createHistogram, type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Learner } from '../learning/learner.js';

/** What happened in a second, and how things stood at its end. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Updates that the served weights have had. */
  readonly version: number;
  /** Events learned from since the service began to learn. */
  readonly updates: number;
  /** Rows predicted, and events learned from, in this second. */
  readonly predicted: number;
  readonly learned: number;
  /** Milliseconds that half, and 99 in 100, of the requests for predictions took at most; null where there were none. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Milliseconds by which 99 in 100 turns of the event loop were late at most. */
  readonly delay: number;
  /** Changes of the mean loss that were found since the start. */
  readonly drifts: number;
  /** Figures by name, over the last events and over all; absent where nothing is learned. */
  readonly window?: Readonly<Record<string, number | null>>;
  readonly all?: Readonly<Record<string, number | null>>;
  /** The same over the last events of the model that is served, where another learns. */
  readonly served?: Readonly<Record<string, number | null>> | undefined;
}

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10;

/** Counts what a service does, second by second. */
export class Traffic {
  readonly #latency = createHistogram();
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  #predicted = 0;
  #learned = 0;

  constructor() {
    this.#loop.enable();
  }

  /** Counts a request for predictions. */
  predicted(rows: number, milliseconds: number): void {
    this.#predicted += rows;
    this.#latency.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  /** Counts events learned from. */
  learned(events: number): void {
    this.#learned += events;
  }

  /** What happened since the last sample. */
  sample(version: number, learner: Learner | undefined): Sample {
    const latency = this.#latency;
    const percentile = (share: number): number | null =>
      latency.count > 0 ? latency.percentile(share) / 1e6 : null;
    const figures = learner && learner.updates > 0 ? learner.figures : undefined;
    const sample = {
      time: Date.now(),
      version,
      updates: learner?.updates ?? 0,
      drifts: learner?.drifts.count ?? 0,
      predicted: this.#predicted,
      learned: this.#learned,
      p50: percentile(50),
      p99: percentile(99),
      delay: Math.max(0, this.#loop.percentile(99) / 1e6 - RESOLUTION),
      ...(figures && {
        window: numbersOf(figures.window),
        all: numbersOf(figures.all),
        served: learner?.servedFigures && numbersOf(learner.servedFigures.window),
      }),
    };
    this.#predicted = 0;
    this.#learned = 0;
    latency.reset();
    this.#loop.reset();
    return sample;
  }

  close(): void {
    this.#loop.disable();
  }
}

/** Figures that JSON can say: what is undefined, as of no events, is null. */
function numbersOf(figures: Readonly<Record<string, unknown>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? (value as number) : null]),
  );
}
