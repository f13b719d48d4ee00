// What the second thread runs: one task after another, as long as the process lives.
import { workerData } from 'node:worker_threads';
import { blasLibrary } from '../blas/blasLibrary.js';
import { sgemmInParts } from '../blas/sgemmInParts.js';
import type { WasmExports } from './exports.js';
import {
  ASLEEP,
  DONE,
  LOADED,
  MOST_ARGUMENTS,
  POSTED,
  type SecondThreadData,
  TAKEN,
  type TaskKernels,
  taskKernels,
} from './secondThread.js';

/** Looks for work before going to sleep: about a millisecond of them. */
const LOOKS = 1_000_000;

const { module, memory, words: address, task: taskAddress, callsBlas } = workerData as SecondThreadData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const known: TaskKernels = {
  ...(exports as unknown as WasmExports),
  ...(callsBlas && { sgemm: sgemmInParts(memory, blasLibrary().sgemm) }),
};
const kernels = taskKernels.map((name) => known[name]) as ((...args: readonly number[]) => void)[];
const words = new Int32Array(memory.buffer, address, LOADED + 1);
Atomics.store(words, LOADED, 1);
Atomics.notify(words, LOADED);

/** The number of the task posted after the one seen. */
function nextAfter(seen: number): number {
  for (;;) {
    for (let look = 0; look < LOOKS; look++) {
      const posted = Atomics.load(words, POSTED);
      if (posted !== seen) return posted;
    }
    Atomics.store(words, ASLEEP, 1);
    Atomics.wait(words, POSTED, seen);
    Atomics.store(words, ASLEEP, 0);
  }
}

for (let seen = 0; ; ) {
  seen = nextAfter(seen);
  const before = (seen - 1) | 0;
  // A task that the caller has done itself meanwhile is over.
  if (Atomics.compareExchange(words, TAKEN, before, seen) !== before) continue;
  // The memory may have grown since: its buffer is asked for again.
  const task = new Float64Array(memory.buffer, taskAddress, MOST_ARGUMENTS + 1);
  kernels[task[0] as number]?.(...task.subarray(1));
  Atomics.store(words, DONE, seen);
}
