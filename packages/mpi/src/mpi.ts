import { existsSync, readlinkSync } from 'node:fs';
import { cpus } from 'node:os';
import { expectNames, type NativeLibrary, OptionError, StateError } from '@fluxion/tensor';
import { announce } from './announce.js';
import { bindCollectives, type Collectives } from './collectives.js';
import { findLibrary } from './findLibrary.js';
import { gather } from './gather.js';
import { type Handles, handlesOf } from './handles.js';

/** Which library is used. */
export interface MpiOptions {
  /** Its file, by name or path. Default: that of the `mpirun` which has started this process. */
  readonly library?: string;
}

/**
 * This process as one of the ranks of an MPI job. The calls below are made by all ranks, each in the same order; they hold the
 * event loop until all have come to them.
 */
export interface Mpi extends Collectives {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** What the library says of itself: `Open MPI v4.1.4`. */
  readonly library: string;
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

class MpiProcess implements Mpi {
  readonly rank: number;
  readonly size: number;
  readonly library: string;
  readonly barrier: Collectives['barrier'];
  readonly allreduce: Collectives['allreduce'];
  readonly allgather: Collectives['allgather'];
  readonly broadcast: Collectives['broadcast'];
  readonly #finalize: () => void;
  readonly #abort: (code: number) => void;
  #isClosed = false;

  constructor(library: NativeLibrary, name: string) {
    const handles = handlesOf(library);
    const { type, world } = handles;
    library.func('int MPI_Init(void *, void *)')(null, null);
    const finalize = library.func('int MPI_Finalize()');
    const abort = library.func(`int MPI_Abort(${type}, int)`);
    this.#finalize = () => void finalize();
    this.#abort = (code) => void abort(world, code);
    this.rank = numberFrom(library.func(`int MPI_Comm_rank(${type}, void *)`), world);
    this.size = numberFrom(library.func(`int MPI_Comm_size(${type}, void *)`), world);
    this.library = versionOf(library);
    process.once('exit', (code) => this.#end(code));
    // Node tells of an error only after the exit.
    process.once('uncaughtExceptionMonitor', (error) => this.fail(error));
    expectLauncher(this.size, name);
    const calls = bindCollectives(library, handles, isCrowded(library, handles));
    const open =
      <A extends readonly unknown[]>(call: (...args: A) => void): ((...args: A) => void) =>
      (...args) => {
        if (this.#isClosed) this.expectOpen();
        if (this.size > 1) call(...args);
      };
    this.barrier = open(calls.barrier);
    this.allreduce = open(calls.allreduce);
    this.allgather = open(calls.allgather);
    this.broadcast = open(calls.broadcast);
  }

  gather<T>(value: T): readonly T[] {
    return gather(this, value);
  }

  abort(code = 1): void {
    if (!this.#isClosed) this.#abort(code);
  }

  fail(error: unknown, code = 1): void {
    if (this.#isClosed || this.size === 1) return;
    // Where all fail alike the lowest rank speaks, and has ended the others before they do.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(this.rank, 8) * 100);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`rank ${this.rank} of ${this.size}: ${text}\n`);
    this.abort(code);
  }

  close(): void {
    if (this.#isClosed) return;
    try {
      // A rank that waits for this one then fails, instead of waiting for ever.
      announce(this, 'has ended');
    } catch {
      // It says so itself.
    }
    this.#isClosed = true;
    this.#finalize();
  }

  expectOpen(): void {
    if (this.#isClosed) {
      throw new StateError('mpi: expected a job that goes on, this rank has left it; call close() last');
    }
  }

  /** A rank that fails alone would leave the others waiting for it. */
  #end(code: number): void {
    if (code !== 0 && this.size > 1) this.abort(code);
    else this.close();
  }
}

function numberFrom(call: (...args: readonly unknown[]) => number, world: Handles['world']): number {
  const cell = new Int32Array(1);
  call(world, cell);
  return cell[0] as number;
}

/** `Open MPI v4.1.4, package: …` and `MPICH Version:\t4.0.2\n…` by their first few words. */
function versionOf(library: NativeLibrary): string {
  const text = Buffer.alloc(8192);
  library.func('int MPI_Get_library_version(void *, void *)')(text, new Int32Array(1));
  const [line = ''] = text.toString('latin1').split(/[\0\n,]/, 1);
  return line.replace(/\s+/g, ' ').replace(' Version:', '').trim();
}

/**
 * @throws {StateError} when the descriptor by which MPICH talks to its launcher is not open: Node, and so npx, passes none on but the
 *   standard ones.
 */
function expectPassedOn(): void {
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
function expectLauncher(size: number, name: string): void {
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE } = process.env;
  const launched = Number(OMPI_COMM_WORLD_SIZE ?? PMI_SIZE ?? size);
  if (launched === size) return;
  throw new StateError(
    `mpi: expected the ${launched} ranks that were started, ${name} knows of ${size}; start them with the mpirun of the same library`,
  );
}

/** Whether more ranks share any of the machines than it has cores: the same answer on every rank. */
function isCrowded(library: NativeLibrary, handles: Handles): boolean {
  const { type, world, noInfo, sharedMemory } = handles;
  const split = library.func(`int MPI_Comm_split_type(${type}, int, int, ${type}, void *)`);
  const here = type === 'int' ? new Int32Array(1) : new BigInt64Array(1);
  split(world, sharedMemory, 0, noInfo, here);
  const [comm = 0] = here;
  const ranksHere = numberFrom(library.func(`int MPI_Comm_size(${type}, void *)`), comm);
  // Of all cores: the launcher may have bound each rank to one.
  const answer = Int32Array.of(ranksHere > cpus().length ? 1 : 0);
  bindCollectives(library, handles, false).allreduce(answer, 'max');
  return answer[0] === 1;
}
