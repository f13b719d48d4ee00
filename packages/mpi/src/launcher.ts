import { existsSync, readlinkSync } from 'node:fs';
import { StateError } from '@fluxion/tensor';
import { launchedRanks } from './launchedRanks.js';

/**
 * @throws {StateError} when the descriptor by which MPICH talks to its launcher is not open: Node, and so npx, passes none on but the
 *   standard ones.
 */
export function expectPassedOn(): void {
  const { PMI_FD } = process.env;
  if (PMI_FD === undefined || isSocket(PMI_FD)) return;
  throw new StateError(
    `mpi: expected file descriptor ${PMI_FD}, by which MPICH talks to mpirun, to be open, a program between them has closed it, as npx does; start ranks by mpirun -pmi-port, or the program itself, as node_modules/.bin/fluxion`,
  );
}

/** Not by fstat, after which Node 20 finds modules wrong: realpath looks at what was asked for last. Where that is not told, true. */
function isSocket(descriptor: string): boolean {
  const descriptors = '/proc/self/fd';
  try {
    return readlinkSync(`${descriptors}/${descriptor}`).startsWith('socket:');
  } catch {
    return !existsSync(descriptors);
  }
}

/** @throws {StateError} when this is the library of another launcher: each process would be a job of its own. */
export function expectLauncher(size: number, name: string): void {
  const launched = launchedRanks() ?? size;
  if (launched === size) return;
  throw new StateError(
    `mpi: expected the ${launched} ranks that were started, ${name} knows of ${size}; start them with the mpirun of the same library, or by srun --mpi=pmix or --mpi=pmi2, whichever it speaks`,
  );
}
