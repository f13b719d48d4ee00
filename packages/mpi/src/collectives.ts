import type { NativeFunction, NativeLibrary } from '@fluxion/tensor';
import type { Handle, Handles, Reduction, SentNumbers } from './handles.js';

/** Calls that all ranks make together, each of them in the same order. They return when it is done. */
export interface Collectives {
  barrier(): void;
  /** Leaves the sum, or another operation's result, over all ranks in place of each rank's numbers. */
  allreduce(numbers: SentNumbers, operation: Reduction): void;
  /** Fills in the parts of all ranks, `counts[rank]` numbers each, one after another; this rank's is there before. */
  allgather(parts: SentNumbers, counts: Int32Array): void;
  /** Overwrites the numbers with those of one rank. */
  broadcast(numbers: SentNumbers, root: number): void;
}

/** A rank that hears from all. */
export interface Gathering extends Pick<Collectives, 'allgather'> {
  readonly rank: number;
  readonly size: number;
}

/** Binds a collective call, by its name and parameters in C. */
type Bind = (name: string, parameters: string) => NativeFunction;

/** Numbers from which a call is large: what the libraries do in the background is then slower than what they wait for. */
const LARGE = 2 ** 11;

/**
 * Binds the collective calls of a library.
 *
 * The libraries wait by asking again and again, which is fastest while nobody else wants the core. Where others do, as more ranks
 * than there are cores, those that wait take the time of those that are waited for: with MPICH, three ranks on two cores, 20 ms a
 * call. So calls are begun in the background, asked for a while, and then napped over. A large one waits as the library does, once
 * all ranks have come to it.
 *
 * @param isCrowded whether ranks share cores, so that even this takes too long; the same on every rank
 */
export function bindCollectives(library: NativeLibrary, handles: Handles, isCrowded: boolean): Collectives {
  const { type, world, operations, inPlace } = handles;
  const bindNapping = nappingCalls(library, handles);
  const barrier = bindNapping('Barrier', type);
  const bind = (name: string, parameters: string): ((size: number, ...args: readonly unknown[]) => void) => {
    const napping = bindNapping(name, parameters);
    const waiting = library.func(`int MPI_${name}(${parameters})`);
    return (size, ...args) => {
      if (isCrowded || size < LARGE) napping(...args);
      else {
        barrier(world);
        waiting(...args);
      }
    };
  };
  const allreduce = bind('Allreduce', `intptr_t, void *, int, ${type}, ${type}, ${type}`);
  const allgather = bind(
    'Allgatherv',
    `intptr_t, int, ${type}, void *, const int *, const int *, ${type}, ${type}`,
  );
  const broadcast = bind('Bcast', `void *, int, ${type}, int, ${type}`);
  return {
    barrier: () => void barrier(world),
    allreduce(numbers, operation) {
      const { length } = numbers;
      allreduce(length, inPlace, numbers, length, typeOf(handles, numbers), operations[operation], world);
    },
    allgather(parts, counts) {
      const kind = typeOf(handles, parts);
      allgather(parts.length, inPlace, 0, kind, parts, counts, placesOf(counts), kind, world);
    },
    broadcast(numbers, root) {
      const { length } = numbers;
      broadcast(length, numbers, length, typeOf(handles, numbers), root, world);
    },
  };
}

function typeOf({ float, double, int, byte }: Handles, numbers: SentNumbers): Handle {
  if (numbers instanceof Float32Array) return float;
  if (numbers instanceof Float64Array) return double;
  return numbers instanceof Int32Array ? int : byte;
}

/** Where each part begins. */
function placesOf(counts: Int32Array): Int32Array {
  const places = new Int32Array(counts.length);
  for (let rank = 1; rank < counts.length; rank++) {
    places[rank] = (places[rank - 1] as number) + (counts[rank - 1] as number);
  }
  return places;
}

/** Milliseconds that a call is asked for before the first nap: where nobody is late it is over by then. */
const PATIENCE = 0.2;
/** Milliseconds of a nap, at least. */
const NAP = 0.05;

function nappingCalls(library: NativeLibrary, { ignoreStatus }: Handles): Bind {
  const test = library.func('int MPI_Test(void *, void *, intptr_t)');
  const request = new Uint8Array(8);
  const isOver = new Int32Array(1);
  const bed = new Int32Array(new SharedArrayBuffer(4));
  return (name, parameters) => {
    const begin = library.func(`int MPI_I${name.toLowerCase()}(${parameters}, void *)`);
    return (...args) => {
      const begun = begin(...args, request);
      let since: number | undefined;
      for (let looks = 1; ; looks++) {
        test(request, isOver, ignoreStatus);
        if (isOver[0] !== 0) return begun;
        if (looks % 16 !== 0) continue;
        since ??= performance.now();
        if (performance.now() - since > PATIENCE) Atomics.wait(bed, 0, 0, NAP);
      }
    };
  };
}
