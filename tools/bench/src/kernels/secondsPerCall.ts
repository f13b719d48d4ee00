import { median } from '../measuring/median.js';
import { processorSeconds } from '../measuring/processorSeconds.js';

/** How long and how often is measured. */
export interface Rounds {
  readonly roundSeconds: number;
  readonly rounds: number;
}

/**
 * Processor seconds of one call of each function: the medians of rounds in which each has its turn, long enough for the
 * clock, after one that warms up. Processor time, because the machine may be shared with other work.
 *
 * @param clock seconds
 */
export function secondsPerCall(
  runs: readonly (() => void)[],
  { roundSeconds, rounds }: Rounds,
  clock: () => number = processorSeconds,
): readonly number[] {
  const time = (run: () => void, calls: number): number => {
    const start = clock();
    for (let i = 0; i < calls; i++) run();
    return clock() - start;
  };
  const callsOf = (run: () => void): number => {
    for (let calls = 1; ; ) {
      const seconds = time(run, calls);
      if (seconds >= roundSeconds) return calls;
      calls = Math.ceil(calls * Math.min(10, Math.max(1.5, roundSeconds / Math.max(seconds, 1e-9))));
    }
  };
  const turns = runs.map((run) => ({ run, calls: callsOf(run), samples: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { run, calls, samples } of turns) samples.push(time(run, calls) / calls);
  }
  return turns.map(({ samples }) => median(samples));
}
