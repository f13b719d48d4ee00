import { createHistogram, type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Learner } from '../learning/learner.js';
import type { Sample } from './sample.js';

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
