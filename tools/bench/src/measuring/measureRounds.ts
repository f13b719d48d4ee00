import { threadsOf } from '../contenders/contenderCommand.js';
import { type Command, type ContenderProcess, contenderProcess } from '../contenders/contenderProcess.js';
import { onProcessor } from '../contenders/onProcessor.js';
import type { Cell } from './cell.js';
import type { LeftOut } from './leftOut.js';

/** Rounds in which every contender has its turn: so many that the median is of those that nothing came between. */
export const ROUNDS = 15;
/** How long a turn lasts: long beside filling the caches, which it begins with; short beside what else machines do. */
export const ROUND_SECONDS = 0.3;
export const WARM_UP_SECONDS = 1;

/** Who has a turn in each round, and what runs it. */
export interface Turn<W> {
  readonly contender: string;
  readonly workload: W;
  /** @throws {Error} when what it needs is not on this machine. */
  readonly command: () => Command;
}

interface Entry<W> {
  readonly turn: Turn<W>;
  readonly speeds: number[];
  process: ContenderProcess | LeftOut;
}

/**
 * Measures contenders in turns: each waits in a process of its own, and in each round each trains for a while, one after
 * the other. What else the machine does then weighs on all of them, and little on their ratios. One that cannot run is
 * left out, with its reason. Those of one thread run on the same processor.
 *
 * @param processes how many each has, one after the other, for a share of the rounds: what an engine compiles while it runs, and where
 *   memory lies, is another matter each time; each on the next processor
 */
export async function measureRounds<W>(
  turns: readonly Turn<W>[],
  rounds: number,
  processes = 1,
): Promise<readonly Cell<W>[]> {
  const parts: (readonly Cell<W>[])[] = [];
  for (let i = 0; i < processes; i++) parts.push(await measureProcesses(turns, rounds / processes, i));
  return parts.reduce((all, part) => all.map((cell, i) => joined(cell, part[i] as Cell<W>)));
}

/** All that was measured of a contender, or why one of its processes could not run. */
function joined<W>(a: Cell<W>, b: Cell<W>): Cell<W> {
  if ('leftOut' in a.result) return a;
  if ('leftOut' in b.result) return b;
  const examplesPerSecond = [...a.result.examplesPerSecond, ...b.result.examplesPerSecond];
  return { ...a, result: { ...a.result, examplesPerSecond } };
}

async function measureProcesses<W>(
  turns: readonly Turn<W>[],
  rounds: number,
  processor: number,
): Promise<readonly Cell<W>[]> {
  const entries: Entry<W>[] = [];
  try {
    for (const turn of turns) {
      const threads = threadsOf(turn.contender);
      const process = await orLeftOut(() => {
        const command = turn.command();
        return contenderProcess(threads === 1 ? onProcessor(command, processor) : command, threads);
      });
      entries.push({ turn, speeds: [], process });
    }
    for (let round = 0; round < rounds; round++) {
      for (const entry of entries) {
        const { process } = entry;
        if ('leftOut' in process) continue;
        const speed = await orLeftOut(() => process.round());
        if (typeof speed === 'number') entry.speeds.push(speed);
        else entry.process = speed;
      }
    }
    return entries.map(({ turn: { contender, workload }, speeds, process }) => ({
      contender,
      workload,
      result:
        'leftOut' in process
          ? process
          : { version: process.version, firstLoss: process.firstLoss, examplesPerSecond: speeds },
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
