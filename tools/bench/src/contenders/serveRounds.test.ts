import { describe, expect, it } from 'vitest';
import type { Job } from './job.js';
import { serveRounds } from './serveRounds.js';

/** Trains at a fixed speed by a clock of its own, and keeps how many examples it was given each time. */
function trainerOf(examplesPerSecond: number) {
  const counts: number[] = [];
  let seconds = 0;
  return {
    counts,
    clock: () => seconds,
    version: 'peer 1.0',
    train(count: number) {
      counts.push(count);
      seconds += count / examplesPerSecond;
      return Promise.resolve();
    },
  };
}

function jobOf(batchSize: number): Job {
  return {
    contender: 'peer',
    workload: { name: '', sizes: [1, 2], batchSize, data: 'random', l2: 0 },
    files: { arrow: '', input: '', target: '', inputSize: 1, inputs: '', labels: '' },
    roundSeconds: 0.5,
    warmUpSeconds: 1,
  };
}

async function* lines(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield 'go';
}

async function served(batchSize: number, speed: number, rounds: number) {
  const trainer = trainerOf(speed);
  const answers: Record<string, number | string>[] = [];
  await serveRounds(
    trainer,
    jobOf(batchSize),
    lines(rounds),
    (line) => answers.push(JSON.parse(line)),
    trainer.clock,
  );
  return { answers, counts: trainer.counts };
}

describe('serveRounds', () => {
  it('answers its version when it is warm, then a speed for each line', async () => {
    const { answers, counts } = await served(1, 1024, 2);
    expect(answers).toEqual([
      { version: 'peer 1.0' },
      { examplesPerSecond: 1024 },
      { examplesPerSecond: 1024 },
    ]);
    const warmUp = counts.slice(0, -4).reduce((sum, count) => sum + count, 0);
    expect(warmUp).toBeGreaterThanOrEqual(1024);
  });

  it('gives each round the same examples, whole minibatches that last as long as asked, after as many to warm up', async () => {
    const { counts } = await served(128, 1024, 3);
    expect(counts.slice(-6)).toEqual([512, 512, 512, 512, 512, 512]);
    expect(counts.filter((count) => count % 128 !== 0)).toEqual([]);
  });

  it('gives at least a minibatch to the slowest', async () => {
    const { counts } = await served(128, 8, 1);
    expect(counts.at(-1)).toBe(128);
  });
});
