import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { contenderProcess } from './contenderProcess.js';
import { onProcessor } from './onProcessor.js';

const CAN_BIND = spawnSync('taskset', ['--version']).status === 0;

/** Tells the processors that it may use as its version. */
const TELLS = `
const [, list] = /Cpus_allowed_list:\\s*(\\S+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ version: list }));
setInterval(() => {}, 1000);`;

const processorsOf = async (nth: number): Promise<string> => {
  const peer = await contenderProcess(onProcessor([process.execPath, '-e', TELLS], nth), 1);
  await peer.end();
  return peer.version;
};

describe('onProcessor', () => {
  it.skipIf(!CAN_BIND)(
    'binds a process to one processor, and all that have the same number to the same',
    async () => {
      const first = await processorsOf(0);
      expect(first).toMatch(/^\d+$/);
      expect(await processorsOf(0)).toBe(first);
    },
  );

  it.skipIf(!CAN_BIND)('counts around', async () => {
    const all = await Promise.all([0, 1, 2, 3].map(processorsOf));
    const count = new Set(all).size;
    expect(await processorsOf(count)).toBe(all[0]);
  });
});
