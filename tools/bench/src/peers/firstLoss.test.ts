import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BenchFiles, benchFiles } from '../contenders/benchFiles.js';
import { contenderCommand, threadsOf } from '../contenders/contenderCommand.js';
import { type Command, contenderProcess } from '../contenders/contenderProcess.js';
import type { Workload } from '../contenders/workload.js';
import { BLOCKED, BY_HAND, GEMV, LOOPS } from '../single/columns.js';
import { fluxionStream } from './fluxion.js';

const PATIENCE = 60_000;
const EXAMPLES = 2000;
/** Each begins with random weights of its own. */
const ALIKE = 0.05;
const plain: Workload = { name: 'MNIST', sizes: [784, 500, 10], batchSize: 1, data: 'mnist', l2: 0 };
const workloads = { plain, momentum: { ...plain, momentum: 0.9 } };

let folder: string;
let files: BenchFiles;
const ours = new Map<string, number | undefined>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  files = await benchFiles('mnist', folder, EXAMPLES);
  for (const kind of ['plain', 'momentum'] as const) {
    const own = await fluxionStream('wasm', workloads[kind], files, 1);
    ours.set(kind, own.firstLoss);
    await own.close?.();
  }
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true }));

/** What runs it here, or undefined, having said why. */
function commandOf(contender: string, workload: Workload): Command | undefined {
  try {
    return contenderCommand({ contender, workload, files, roundSeconds: 0.01, warmUpSeconds: 0.01 }, folder);
  } catch (error) {
    console.info(`left out: ${contender}: ${(error as Error).message}`);
    return undefined;
  }
}

it.each([
  [LOOPS, 'plain'],
  [LOOPS, 'momentum'],
  [GEMV, 'plain'],
  [GEMV, 'momentum'],
  [BLOCKED, 'plain'],
  [BLOCKED, 'momentum'],
  [BY_HAND, 'plain'],
] as const)(
  '%s (%s) has the losses that ours has on the same examples',
  async (contender, kind) => {
    const command = commandOf(contender, workloads[kind]);
    if (command === undefined) return;
    const rival = await contenderProcess(command, threadsOf(contender));
    try {
      const own = ours.get(kind) as number;
      // It learns: ten classes alike would be log 10.
      expect(own).toBeLessThan(1.5);
      expect(Math.abs((rival.firstLoss as number) / own - 1)).toBeLessThan(ALIKE);
    } finally {
      await rival.end();
    }
  },
  PATIENCE,
);

it('C refuses a mode that it has not', () => {
  const command = commandOf(LOOPS, plain);
  if (command === undefined) return;
  const [program, , ...rest] = command;
  const { status, stderr } = spawnSync(program, ['looped', ...rest], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain("expected mode loops, blas or blocked, got 'looped'");
});
