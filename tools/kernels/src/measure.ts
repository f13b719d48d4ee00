/**
 * Processor seconds of one call: the median of `rounds` rounds, each long enough for the clock, after one that warms up.
 * Processor time, because the machine may be shared with other work.
 */
export function secondsPerCall(run: () => void, roundSeconds = 0.05, rounds = 9): number {
  let calls = 1;
  for (;;) {
    const seconds = time(run, calls);
    if (seconds > roundSeconds) break;
    calls = Math.ceil(calls * Math.min(10, Math.max(1.5, roundSeconds / Math.max(seconds, 1e-9))));
  }
  const samples = Array.from({ length: rounds }, () => time(run, calls) / calls).sort((a, b) => a - b);
  return samples[rounds >> 1];
}

function time(run: () => void, calls: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
