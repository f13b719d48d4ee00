import { Worker } from 'node:worker_threads';
import type { Arena } from '../arena.js';
import type { SgemmInParts } from '../blas/sgemmInParts.js';
import { StateError } from '../errors.js';
import type { WasmExports } from './exports.js';

/** Kernels that a second thread runs, by their place in this list. */
export const taskKernels = [
  'vectorMatrix',
  'matrixVector',
  'matrixVectorWhere',
  'multiplyTiles',
  'multiplySparseLeft',
  'multiplySparseRight',
  'sgd',
  'sgemm',
] as const;

type TaskKernel = (typeof taskKernels)[number];

/** These kernels; `sgemm` where there is a BLAS. */
export type TaskKernels = Pick<WasmExports, Exclude<TaskKernel, 'sgemm'>> & {
  readonly sgemm?: SgemmInParts | undefined;
};

/** Most arguments that one of them takes. */
export const MOST_ARGUMENTS = 15;

/** Places in the words that both threads read and write, each on a cache line of its own. */
export const POSTED = 0;
export const TAKEN = 16;
export const DONE = 32;
export const ASLEEP = 48;
export const LOADED = 64;
const WORDS = 80;

/**
 * Looks for the end of a task, after which the other core is taken to be busy elsewhere: some tenths of a millisecond for
 * a step of one example, and longer for products of matrices, whose halves may differ by that much.
 */
const PATIENCE = 500_000;
const PATIENCE_WITH_MATRICES = 20 * PATIENCE;
/** Looks between two at the clock, and milliseconds that no kernel takes. */
const LOOKS = 2 ** 22;
const DEAD = 60_000;
/** Milliseconds for which a thread that has lost its core is left alone: ten times what a turn of another process takes. */
const ALONE = 50;
/** Milliseconds in which a BLAS is loaded, whatever else the machine does. */
const LOADING = 10_000;

/** What the second thread is given when it starts. */
export interface SecondThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Byte address of the shared words. */
  readonly words: number;
  /** Byte address of the task that is posted: the kernel's place in the list, then its arguments, in float64. */
  readonly task: number;
  /** Whether it calls the BLAS of this machine. */
  readonly callsBlas: boolean;
}

/** A call of a kernel that may run beside the caller's own work, bound to its arguments. */
export interface Task {
  /** Offers it to the second thread. @param value of the argument that varies, where one does */
  begin(value?: number): void;
  /** Returns when it has been done: by the second thread, or here if that has not taken it up. */
  end(): void;
}

/** Terminates the threads of arenas that are gone. */
const threads = new FinalizationRegistry<Worker>((worker) => void worker.terminate());

/**
 * A thread on the memory of an arena, which runs one call of a kernel at a time beside the caller. It looks for work
 * for about a millisecond, then sleeps; where it has lost its core to others, it is left alone for a while. It keeps no
 * process alive.
 */
export class SecondThread {
  readonly #kernels: TaskKernels;
  readonly #words: Int32Array;
  readonly #task: Float64Array;
  /** The time until which it is left alone; 0 while it is not. */
  #aloneUntil = 0;
  /** Ends the task that has begun. */
  #end: (() => void) | undefined;

  constructor(module: WebAssembly.Module, arena: Arena, kernels: TaskKernels) {
    const words = arena.tensor([WORDS]).data;
    // Two float32 numbers make room for one of float64.
    const task = arena.tensor([2 * (MOST_ARGUMENTS + 1)]).data;
    const workerData: SecondThreadData = {
      module,
      memory: arena.memory as WebAssembly.Memory,
      words: words.byteOffset,
      task: task.byteOffset,
      callsBlas: kernels.sgemm !== undefined,
    };
    // Sources and compiled files lie equally deep, so one path finds the compiled worker from both.
    const worker = new Worker(new URL('../../dist/wasm/secondThreadWorker.js', import.meta.url), {
      workerData,
      // What this process was started with, as --input-type, is not for a file.
      execArgv: [],
    });
    worker.unref();
    threads.register(arena, worker);
    this.#kernels = kernels;
    this.#words = new Int32Array(words.buffer, words.byteOffset, WORDS);
    this.#task = new Float64Array(task.buffer, task.byteOffset, MOST_ARGUMENTS + 1);
    // A process that exits while a worker loads koffi is aborted.
    if (workerData.callsBlas) Atomics.wait(this.#words, LOADED, 0, LOADING);
  }

  /** Binds a call of a kernel. @param varying place of the argument that `begin` gives, if any */
  task(kernel: TaskKernel, args: readonly number[], varying = -1): Task {
    const words = this.#words;
    const task = this.#task;
    const place = taskKernels.indexOf(kernel);
    const own = [...args];
    const run = this.#kernels[kernel] as (...args: readonly number[]) => void;
    const isOfMatrices = kernel.startsWith('multiply') || kernel === 'sgemm';
    const patience = isOfMatrices ? PATIENCE_WITH_MATRICES : PATIENCE;
    let isOffered = false;
    const end = (): void => {
      this.#end = undefined;
      const posted = words[POSTED] as number;
      const before = (posted - 1) | 0;
      if (!isOffered || Atomics.compareExchange(words, TAKEN, before, posted) === before) {
        run(...own);
        return;
      }
      let looks = 0;
      let last = Number.POSITIVE_INFINITY;
      while (Atomics.load(words, DONE) !== posted) {
        if (++looks % LOOKS !== 0) continue;
        const now = performance.now();
        if (now > last)
          throw new StateError(
            `second thread: expected ${kernel} to be done in ${DEAD / 1000} s, it is not: the thread has died; start again, or use kernels 'wasm'`,
          );
        last = Math.min(last, now + DEAD);
      }
      if (looks > patience) this.#aloneUntil = performance.now() + ALONE;
    };
    return {
      begin: (value = 0) => {
        // The caller's own work has thrown, and so has not come to the end.
        this.#end?.();
        if (varying >= 0) own[varying] = value;
        if (this.#aloneUntil > 0 && performance.now() > this.#aloneUntil) this.#aloneUntil = 0;
        this.#end = end;
        isOffered = this.#aloneUntil === 0;
        if (!isOffered) return;
        // The second thread reads it only after it has taken it, and this one waits for it then.
        task[0] = place;
        for (let i = 0; i < own.length; i++) task[i + 1] = own[i] as number;
        Atomics.store(words, POSTED, ((words[POSTED] as number) + 1) | 0);
        if (Atomics.load(words, ASLEEP) === 1) Atomics.notify(words, POSTED);
      },
      end,
    };
  }
}
