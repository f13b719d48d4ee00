import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './contenderProcess.js';
import type { Job } from './job.js';
import { lineOf } from './lineOf.js';
import { pythonWithTorch } from './pythonWithTorch.js';

const COMPILER = 'gcc';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * glibc gives a freed piece of memory of some size back to the system, and every page of the next costs a fault: where
 * layers are wide, most of the time of a step of PyTorch on one example. This has it keep the memory.
 */
const KEEP_MEMORY = ['MALLOC_MMAP_THRESHOLD_=1000000000', 'MALLOC_TRIM_THRESHOLD_=1000000000'];
const MEMORY_KEPT = 'memory kept';

/**
 * What runs a contender.
 *
 * @param folder where a program may be compiled to
 * @throws {Error} when what it needs is not on this machine.
 */
export function contenderCommand(job: Job, folder: string): Command {
  if (job.contender === 'native limit') return nativeLimit(job, folder);
  if (job.contender.startsWith('PyTorch')) {
    const threads = threadsOf(job.contender);
    const command = [
      pythonWithTorch(),
      here('../src/peers/pytorch.py'),
      JSON.stringify({ ...job, threads }),
    ] as const;
    return job.contender.endsWith(MEMORY_KEPT) ? ['env', ...KEEP_MEMORY, ...command] : command;
  }
  return [process.execPath, '--no-warnings', here('./runContender.js'), JSON.stringify(job)];
}

/** A contender whose name says so may use two threads; all others have one. */
export function threadsOf(contender: string): number {
  return contender.endsWith('2 threads') ? 2 : 1;
}

function nativeLimit({ workload, files, roundSeconds }: Job, folder: string): Command {
  const binary = join(folder, 'limit');
  const source = here('../src/peers/limit.c');
  const flags = ['-O3', '-march=native', '-ffast-math', '-o', binary];
  const { status, stderr, error } = spawnSync(COMPILER, [...flags, source], { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${COMPILER} cannot be run (${error.message}); install it`);
  if (status !== 0) throw new Error(lineOf(stderr));
  return [binary, `${workload.sizes[1]}`, files.inputs, `${roundSeconds}`];
}
