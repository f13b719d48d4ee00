import { describe, expect, it } from 'vitest';
import { contenderProcess } from './contenderProcess.js';

const started = (script: string, threads = 1) =>
  contenderProcess([process.execPath, '--input-type=module', '-e', script], threads);

const PEER = `
import { createInterface } from 'node:readline';
console.log('hello, I am chatty');
console.log(JSON.stringify({ version: 'peer with ' + process.env.OPENBLAS_NUM_THREADS }));
let round = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (++round === 3) throw new Error('tired');
  console.log('line ' + line);
  console.log(JSON.stringify({ examplesPerSecond: 100 * round }));
}`;

describe('contenderProcess', () => {
  it('waits until the contender is ready, then has it run round by round', async () => {
    const peer = await started(PEER, 2);
    expect(peer.version).toBe('peer with 2');
    expect([await peer.round(), await peer.round()]).toEqual([100, 200]);
    await expect(peer.round()).rejects.toThrow('Error: tired');
    await peer.end();
  });

  it('ends one that waits', async () => {
    const peer = await started(PEER);
    await expect(peer.end()).resolves.toBeUndefined();
    await expect(peer.round()).rejects.toThrow('ended by itself');
  });

  it.each([
    ['complains', "throw new TypeError('no such thing')", 'TypeError: no such thing'],
    ['says nothing', 'process.exit(3)', 'ended by itself (exit code 3)'],
  ])('tells why one that %s is not ready', async (_, script, reason) => {
    await expect(started(script)).rejects.toThrow(reason);
  });

  it('ends one that is not warm in time, and says so', async () => {
    const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)'] as const;
    await expect(contenderProcess(command, 1, 0.1)).rejects.toThrow('it was not warm within 0.1 s');
  });

  it('tells of a program that is not there', async () => {
    await expect(contenderProcess(['/no/such/program'], 1)).rejects.toThrow('ENOENT');
  });
});
