import { type NativeLibrary, StateError } from '@fluxion/tensor';
import { announce } from './announce.js';
import { checkedCalls } from './checkedCalls.js';
import { bindCollectives, type Collectives } from './collectives.js';
import { gather } from './gather.js';
import { handlesOf } from './handles.js';
import { isCrowded } from './isCrowded.js';
import { expectLauncher } from './launcher.js';
import { numberFrom } from './numberFrom.js';

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

/** The process that has started the library: it starts once. */
export class MpiProcess implements Mpi {
  readonly rank: number;
  readonly size: number;
  readonly version: string;
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
    this.version = versionOf(library);
    process.once('exit', (code) => this.#end(code));
    // Node tells of an error only after the exit.
    process.once('uncaughtExceptionMonitor', (error) => this.fail(error));
    expectLauncher(this.size, name);
    const calls = bindCollectives(library, handles, isCrowded(library, handles));
    const checked = checkedCalls(calls, this.size, () => this.expectOpen());
    this.barrier = checked.barrier;
    this.allreduce = checked.allreduce;
    this.allgather = checked.allgather;
    this.broadcast = checked.broadcast;
  }

  gather<T>(value: T): readonly T[] {
    return gather(this, value);
  }

  abort(code = 1): void {
    if (!this.#isClosed) this.#abort(code);
  }

  fail(error: unknown, code = 1): void {
    if (this.#isClosed || this.size === 1) return;
    // Where all fail alike the lowest rank speaks, and has ended the others before they do: at once, whoever listens to signals.
    process.removeAllListeners('SIGTERM');
    if (this.rank > 0) sleep(1500 + 250 * Math.min(this.rank, 8));
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

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** `Open MPI v4.1.4, package: …` and `MPICH Version:\t4.0.2\n…` by their first few words. */
function versionOf(library: NativeLibrary): string {
  const text = Buffer.alloc(8192);
  library.func('int MPI_Get_library_version(void *, void *)')(text, new Int32Array(1));
  const [line = ''] = text.toString('latin1').split(/[\0\n,]/, 1);
  return line.replace(/\s+/g, ' ').replace(' Version:', '').trim();
}
