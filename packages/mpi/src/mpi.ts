import { expectNames, OptionError } from '@fluxion/tensor';
import { findLibrary } from './findLibrary.js';
import { expectPassedOn } from './launcher.js';
import { type Mpi, MpiProcess } from './mpiProcess.js';

/** Which library is used. */
export interface MpiOptions {
  /** Its file, by name or path. Default: that of the `mpirun` which has started this process. */
  readonly library?: string;
}

let started: { readonly process: MpiProcess; readonly name: string | undefined } | undefined;

/**
 * Finds the MPI library of this machine, starts it, and answers which rank this process is, of how many. The first call starts
 * it, the others answer the same. Outside `mpirun` there is one rank, so the same program runs alone.
 *
 * A process that ends leaves the job with the others; one that ends with an error or by `process.exit` with a code that is not
 * 0 ends them all, within seconds, as does one that is killed.
 *
 * @throws {OptionError} when koffi is not installed, or there is no library; the message says what to install. {StateError}
 *   when the launcher has started several ranks and the library, another one's, sees one; when a program between them, as npx, has
 *   closed what MPICH talks to its launcher by; or after `close`.
 * @see Message Passing Interface Forum, "MPI: a message-passing interface standard", version 4.1, 2023.
 * @example
 * const ranks = mpi();
 * console.log(`rank ${ranks.rank} of ${ranks.size}`);
 * const numbers = Float32Array.of(ranks.rank);
 * ranks.allreduce(numbers, 'sum');
 * const processes = ranks.gather(process.pid);
 */
export function mpi(options: MpiOptions = {}): Mpi {
  expectNames('mpi', options, ['library']);
  const { library: name } = options;
  if (started !== undefined && name !== undefined && name !== started.name) {
    throw new OptionError(
      `mpi library: expected ${started.name}, which has been started, got ${name}; one process has one`,
    );
  }
  if (started === undefined) {
    expectPassedOn();
    const found = findLibrary(name);
    started = { process: new MpiProcess(found.library, found.name), name: found.name };
  }
  started.process.expectOpen();
  return started.process;
}
