import type { BenchFiles } from './benchFiles.js';
import type { Cell } from './cell.js';
import { contenderCommand, threadsOf } from './contenderCommand.js';
import { type ContenderProcess, contenderProcess } from './contenderProcess.js';
import type { LeftOut } from './leftOut.js';
import { lineUp } from './lineUp.js';
import type { Workload } from './workload.js';

/** Rounds in which every contender has its turn: so many that the median is of those that nothing came between. */
export const ROUNDS = 15;
/** How long a turn lasts: long beside filling caches anew, which it begins with; short beside what else machines do. */
export const ROUND_SECONDS = 0.3;
const WARM_UP_SECONDS = 1;

interface Entry {
  readonly contender: string;
  readonly workload: Workload;
  readonly speeds: number[];
  process: ContenderProcess | LeftOut;
}

/**
 * Measures all contenders of some workloads in turns: each waits in a process of its own, and in each round each trains
 * for a while, one after the other. What else the machine does then weighs on all of them, and little on their ratios.
 * One that cannot run is left out, with its reason.
 */
export async function measureRounds(
  workloads: readonly Workload[],
  files: BenchFiles,
  folder: string,
): Promise<readonly Cell[]> {
  const entries: Entry[] = [];
  try {
    for (const workload of workloads) {
      for (const contender of lineUp(workload)) {
        const job = {
          contender,
          workload,
          files,
          roundSeconds: ROUND_SECONDS,
          warmUpSeconds: WARM_UP_SECONDS,
        };
        const process = await orLeftOut(() =>
          contenderProcess(contenderCommand(job, folder), threadsOf(contender)),
        );
        entries.push({ contender, workload, speeds: [], process });
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const entry of entries) {
        const { process } = entry;
        if ('leftOut' in process) continue;
        const speed = await orLeftOut(() => process.round());
        if (typeof speed === 'number') entry.speeds.push(speed);
        else entry.process = speed;
      }
    }
    return entries.map(({ contender, workload, speeds, process }) => ({
      contender,
      workload,
      result: 'leftOut' in process ? process : { version: process.version, examplesPerSecond: speeds },
    }));
  } finally {
    for (const { process } of entries) if (!('leftOut' in process)) await process.end();
  }
}

async function orLeftOut<T>(attempt: () => Promise<T>): Promise<T | LeftOut> {
  try {
    return await attempt();
  } catch (error) {
    return { leftOut: error instanceof Error ? error.message : String(error) };
  }
}
