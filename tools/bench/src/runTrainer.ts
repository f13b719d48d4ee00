import { performance } from 'node:perf_hooks';
import type { Trainer } from './peer.js';

/** Seconds that one measured run should last. */
const SECONDS = 1;

/** What a measurement found. */
export interface Measured {
  readonly version: string;
  /** Examples per second of each run. */
  readonly examplesPerSecond: readonly number[];
}

/** Warms a trainer up until its speed is known, then measures it a number of times. */
export async function runTrainer(trainer: Trainer, batchSize: number, runs: number): Promise<Measured> {
  let count = batchSize;
  let speed = 0;
  for (let warm = 0; warm < SECONDS; ) {
    const seconds = await timed(trainer, count);
    speed = count / seconds;
    warm += seconds;
    count = Math.max(batchSize, Math.round((speed * SECONDS) / 4 / batchSize) * batchSize);
  }
  count = Math.max(batchSize, Math.round((speed * SECONDS) / batchSize) * batchSize);
  const examplesPerSecond: number[] = [];
  for (let run = 0; run < runs; run++) examplesPerSecond.push(count / (await timed(trainer, count)));
  return { version: trainer.version, examplesPerSecond };
}

async function timed(trainer: Trainer, count: number): Promise<number> {
  const start = performance.now();
  await trainer.train(count);
  return (performance.now() - start) / 1000;
}
