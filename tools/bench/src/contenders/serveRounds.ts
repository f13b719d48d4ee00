import { performance } from 'node:perf_hooks';
import type { Trainer } from './peer.js';

/** What a contender has to know of its rounds. */
export interface RoundsJob {
  readonly workload: { readonly batchSize: number };
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
}

/**
 * A contender's side of a measurement: warms the trainer up until its speed is known, answers its version, with its first
 * losses where it tells them, and then, for each line that comes, one round's examples per second. All rounds train on the
 * same number of examples, and on as many before the clock runs: what has waited while others ran comes back to its caches and
 * pages within some tenths of a second.
 *
 * @param clock seconds
 */
export async function serveRounds(
  trainer: Trainer,
  { workload: { batchSize }, roundSeconds, warmUpSeconds }: RoundsJob,
  lines: AsyncIterable<string>,
  answer: (line: string) => void,
  clock: () => number = () => performance.now() / 1000,
): Promise<void> {
  const timed = async (count: number): Promise<number> => {
    const start = clock();
    await trainer.train(count);
    return clock() - start;
  };
  const examplesIn = (seconds: number, speed: number): number =>
    Math.max(1, Math.round((speed * seconds) / batchSize)) * batchSize;

  let count = batchSize;
  for (let warm = 0; warm < warmUpSeconds; ) {
    const seconds = await timed(count);
    warm += seconds;
    // A clock too coarse for so few examples may say 0.
    count = seconds > 0 ? examplesIn(roundSeconds / 2, count / seconds) : 2 * count;
  }
  count = examplesIn(roundSeconds, count / (await timed(count)));
  answer(JSON.stringify({ version: trainer.version, firstLoss: trainer.firstLoss }));
  for await (const _ of lines) {
    await trainer.train(count);
    answer(JSON.stringify({ examplesPerSecond: count / (await timed(count)) }));
  }
  await trainer.close?.();
}
