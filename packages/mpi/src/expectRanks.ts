import { OptionError } from '@fluxion/tensor';
import type { Mpi } from './mpiProcess.js';

/** @throws {OptionError} when what is given as the ranks of a job are none, as the function `mpi` itself. */
export function expectRanks(where: string, ranks: unknown): asserts ranks is Mpi {
  const { size, allgather } = (ranks ?? {}) as Partial<Mpi>;
  if (typeof size === 'number' && typeof allgather === 'function') return;
  const got = ranks === null ? 'null' : typeof ranks;
  throw new OptionError(
    `${where} ranks: expected the ranks of a job, as mpi() gives them, got ${got}; give mpi()`,
  );
}
