import type { NativeFunction, NativeLibrary } from '@fluxion/tensor';
import type { Handles } from './handles.js';

/** Milliseconds that a call is polled without a pause: where no rank is late, it is over by then. */
const SPIN_MS = 0.2;
/** Milliseconds of a pause between two polls after that, at least. */
const SLEEP_MS = 0.05;
/** Polls between two looks at the clock. */
const POLLS = 16;

/**
 * Binds collective calls by their names and parameters in C. They are begun in the background, and polled until they are over.
 *
 * The libraries wait by polling without a pause, which is fastest while nobody else wants the core. Where others do, as more ranks
 * than there are cores, those that wait take the time of those that are waited for: with MPICH, three ranks on two cores, 20 ms a
 * call. So a call that takes longer is polled with pauses.
 */
export function pollingCalls(
  library: NativeLibrary,
  { ignoreStatus }: Handles,
): (name: string, parameters: string) => NativeFunction {
  const test = library.func('int MPI_Test(void *, void *, intptr_t)');
  const request = new Uint8Array(8);
  const isOver = new Int32Array(1);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  return (name, parameters) => {
    const begin = library.func(`int MPI_I${name.toLowerCase()}(${parameters}, void *)`);
    return (...args) => {
      const begun = begin(...args, request);
      let since: number | undefined;
      for (let polls = 1; ; polls++) {
        test(request, isOver, ignoreStatus);
        if (isOver[0] !== 0) return begun;
        if (polls % POLLS !== 0) continue;
        since ??= performance.now();
        if (performance.now() - since > SPIN_MS) Atomics.wait(sleeper, 0, 0, SLEEP_MS);
      }
    };
  };
}
