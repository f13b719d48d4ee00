import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('./steadyState.js', import.meta.url));

it('100,000 steps leave heap and memory where they were, and the garbage collector nearly idle', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  const { steps, scavenges, collections, heapGrowth, arenaGrowth } = JSON.parse(stdout);
  expect(steps).toBe(100_000);
  expect(arenaGrowth).toBe(0);
  // Less than 3 bytes a step: what is compiled and cached on the way, not what a step leaves.
  expect(heapGrowth).toBeLessThan(300_000);
  // The short-lived messages of 10,000 steps fill the young generation once at the most; nothing grows old.
  expect(scavenges).toBeLessThanOrEqual(10);
  expect(collections).toBe(0);
});
