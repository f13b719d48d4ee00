import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a program prints. */
async function printed<T>(script: URL): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', fileURLToPath(script)]);
  return JSON.parse(stdout);
}

it('100,000 steps leave heap and memory where they were, and the garbage collector nearly idle', async () => {
  const script = new URL('./steadyState.js', import.meta.url);
  const rounds = await printed<Record<string, number>[]>(script);
  for (const { steps, scavenges, collections, arenaGrowth } of rounds) {
    expect(steps).toBe(100_000);
    expect(arenaGrowth).toBe(0);
    // The short-lived messages of 10,000 steps fill the young generation once at the most; nothing grows old.
    expect(scavenges).toBeLessThanOrEqual(10);
    expect(collections).toBe(0);
  }
  // Less than a byte a step. Machine code comes and goes within a round, up to 250 KB of it; what steps leave, all have.
  expect(Math.min(...rounds.map(({ heapGrowth }) => heapGrowth as number))).toBeLessThan(100_000);
});

it('1,000 evaluations and 1,000 streams of predictions leave the memory of the model where it was', async () => {
  const script = new URL('./servingState.js', import.meta.url);
  expect(await printed(script)).toEqual({ calls: 1000, evaluate: 0, predict: 0 });
});
