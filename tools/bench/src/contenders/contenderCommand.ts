import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
const BY_HAND = 'by hand';

/** The whole step in C, by what its program calls them. */
const NATIVE: Readonly<Record<string, string>> = {
  'C, loops': 'loops',
  'C, gemv + ger': 'blas',
  'C, blocked': 'blocked',
  'C, blocked, 2 threads': 'blocked',
};

/**
 * What runs a contender.
 *
 * @param folder where a program may be compiled to
 * @throws {Error} when what it needs is not on this machine.
 */
export function contenderCommand(job: Job, folder: string): Command {
  if (job.contender === 'native limit') return nativeLimit(job, folder);
  if (job.contender === 'FANN') return fann(job, folder);
  const mode = NATIVE[job.contender];
  if (mode !== undefined) return nativeStep(job, folder, mode);
  if (job.contender.startsWith('PyTorch')) {
    const threads = threadsOf(job.contender);
    const program = job.contender.endsWith(BY_HAND) ? 'pytorch_by_hand.py' : 'pytorch.py';
    const command = [
      pythonWithTorch(),
      here(`../../src/peers/${program}`),
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
  const binary = compiled('limit', folder);
  return [binary, `${workload.sizes[1]}`, files.inputs, files.labels, `${roundSeconds}`];
}

function nativeStep({ workload, files, roundSeconds }: Job, folder: string, mode: string): Command {
  const { sizes, momentum = 0 } = workload;
  const isDeep = sizes.length > 3;
  const binary = compiled(isDeep ? 'native_deep' : 'native', folder, ['-l:libopenblas.so.0', '-lm']);
  const options = isDeep ? [mode, `${sizes[1]}`] : [mode, `${sizes[1]}`, `${momentum}`];
  return [binary, ...options, files.inputs, files.labels, `${roundSeconds}`];
}

/** Debian's libfann-dev. */
function fann({ workload, files, roundSeconds }: Job, folder: string): Command {
  const binary = compiled('fann', folder, ['-lfloatfann', '-lm']);
  return [binary, `${workload.sizes[1]}`, files.inputs, files.labels, `${roundSeconds}`];
}

/** Compiles a program of the peers for this machine, once for a folder. */
function compiled(name: string, folder: string, libraries: readonly string[] = []): string {
  const binary = join(folder, name);
  if (existsSync(binary)) return binary;
  const flags = ['-O3', '-march=native', '-ffast-math', '-o', binary];
  const args = [...flags, here(`../../src/peers/${name}.c`), ...libraries];
  const { status, stderr, error } = spawnSync(COMPILER, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${COMPILER} cannot be run (${error.message}); install it`);
  if (status !== 0) throw new Error(lineOf(stderr));
  return binary;
}
