import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { contenderProcess } from './contenderProcess.js';
import { onProcessor } from './onProcessor.js';

/** Tells the processors that it may use as its version. */
const TELLS = `
const [, list] = /Cpus_allowed_list:\\s*(\\S+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ version: list }));
setInterval(() => {}, 1000);`;
const command = [process.execPath, '-e', TELLS] as const;

const processorOf = async (nth: number): Promise<string> => {
  const peer = await contenderProcess(onProcessor(command, nth), 1);
  await peer.end();
  return peer.version;
};

if (spawnSync('taskset', ['--version']).status === 0) {
  it('binds processes of the same number to the same processor, and counts around', async () => {
    const first = await processorOf(0);
    expect(first).toMatch(/^\d+$/);
    const others: string[] = [];
    for (let next = await processorOf(1); next !== first; next = await processorOf(others.length + 1)) {
      expect(others).not.toContain(next);
      others.push(next);
    }
    expect(await processorOf(others.length + 1)).toBe(first);
  });
} else {
  console.info('left out: binding to a processor: there is no taskset (util-linux) on this machine');
  it('leaves a command as it is where processes cannot be bound', () => {
    expect(onProcessor(command, 0)).toBe(command);
  });
}
