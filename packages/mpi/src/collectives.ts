import type { Handle, Handles, Reduction, SentNumbers } from './handles.js';
import type { NativeFunction, NativeLibrary } from './koffi.js';

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

/** How a collective call is bound, by its name and parameters in C. */
type Bind = (name: string, parameters: string) => NativeFunction;

/**
 * Binds the collective calls of a library.
 *
 * The libraries wait by asking again and again, which is fastest as long as each rank has a core. Where more ranks share a
 * machine than it has cores, those that wait take the time of those that are waited for: with MPICH, three ranks on two
 * cores, 20 ms a call. There a call is begun, looked at, and napped over.
 *
 * @param isCrowded whether they do; the same on every rank, as the two kinds of calls do not match
 */
export function bindCollectives(library: NativeLibrary, handles: Handles, isCrowded: boolean): Collectives {
  const { type, world, operations, inPlace } = handles;
  const bind = isCrowded ? nappingCalls(library, handles) : waitingCalls(library);
  const barrier = bind('Barrier', type);
  const allreduce = bind('Allreduce', `intptr_t, void *, int, ${type}, ${type}, ${type}`);
  const allgather = bind(
    'Allgatherv',
    `intptr_t, int, ${type}, void *, const int *, const int *, ${type}, ${type}`,
  );
  const broadcast = bind('Bcast', `void *, int, ${type}, int, ${type}`);
  return {
    barrier: () => void barrier(world),
    allreduce: (numbers, operation) =>
      void allreduce(
        inPlace,
        numbers,
        numbers.length,
        typeOf(handles, numbers),
        operations[operation],
        world,
      ),
    allgather(parts, counts) {
      const kind = typeOf(handles, parts);
      allgather(inPlace, 0, kind, parts, counts, placesOf(counts), kind, world);
    },
    broadcast: (numbers, root) =>
      void broadcast(numbers, numbers.length, typeOf(handles, numbers), root, world),
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

function waitingCalls(library: NativeLibrary): Bind {
  return (name, parameters) => library.func(`int MPI_${name}(${parameters})`);
}

/** Looks at a call before the first nap: where nobody is late it is over by then. */
const LOOKS = 50;
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
      for (let looks = 1; ; looks++) {
        test(request, isOver, ignoreStatus);
        if (isOver[0] !== 0) return begun;
        if (looks > LOOKS) Atomics.wait(bed, 0, 0, NAP);
      }
    };
  };
}
