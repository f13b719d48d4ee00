import { expectNames, OptionError } from '@fluxion/tensor';
import type { Collectives } from './collectives.js';
import { findLibrary } from './findLibrary.js';
import { expectPassedOn } from './launcher.js';
import { MpiProcess } from './mpiProcess.js';

/** Which library is used. */
export interface MpiOptions {
  /** Its file, by name or path. Default: that of the `mpirun` which has started this process. */
  readonly library?: string;
}

/**
 * This process as one of the ranks of an MPI job. The calls below are made by all ranks, each in the same order; they hold the
 * event loop until all have come to them. What cannot be sent is an OptionError before anything is.
 */
export interface Mpi extends Collectives {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** What the library says of itself: `Open MPI v4.1.4`. */
  readonly version: string;
  /**
   * A value of each rank, by rank: whatever can be cloned, as JSON, typed arrays and maps.
   *
   * @throws {StateError} when a rank does something else instead.
   */
  gather<T>(value: T): readonly T[];
  /** Ends all ranks at once. */
  abort(code?: number): void;
  /** Says which rank has failed and why, and ends all; called by itself on an error that nobody catches. Does nothing alone. */
  fail(error: unknown, code?: number): void;
  /** Leaves the job, when all ranks do; called by itself where the process ends well. */
  close(): void;
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
