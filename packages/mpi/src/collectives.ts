import type { NativeLibrary } from '@fluxion/tensor';
import type { Handle, Handles, MpiArray, ReduceOp } from './handles.js';
import { pollingCalls } from './pollingCalls.js';

/** Calls that all ranks make together, each of them in the same order. They return when it is done. */
export interface Collectives {
  barrier(): void;
  /** Leaves the sum, or another operation's result, over all ranks in place of each rank's numbers. */
  allreduce(numbers: MpiArray, operation: ReduceOp): void;
  /** Fills in the parts of all ranks, `counts[rank]` numbers each, one after another; this rank's is there before. */
  allgather(parts: MpiArray, counts: Int32Array): void;
  /** Overwrites the numbers with those of one rank. */
  broadcast(numbers: MpiArray, root: number): void;
}

/** A rank that hears from all. */
export interface Gathering extends Pick<Collectives, 'allgather'> {
  readonly rank: number;
  readonly size: number;
}

/** Numbers from which a call is large: what the libraries do in the background is then slower than what they wait for. */
const LARGE = 2 ** 11;

/**
 * Binds the collective calls of a library.
 *
 * A small call is begun in the background, and polled. A large one waits as the library does, once all ranks have come to it.
 *
 * @param isCrowded whether ranks share cores, so that even this takes too long; the same on every rank
 */
export function bindCollectives(library: NativeLibrary, handles: Handles, isCrowded: boolean): Collectives {
  const { type, world, operations, inPlace } = handles;
  const bindPolling = pollingCalls(library, handles);
  const barrier = bindPolling('Barrier', type);
  const bind = (name: string, parameters: string): ((size: number, ...args: readonly unknown[]) => void) => {
    const polling = bindPolling(name, parameters);
    const waiting = library.func(`int MPI_${name}(${parameters})`);
    return (size, ...args) => {
      if (isCrowded || size < LARGE) polling(...args);
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

function typeOf({ float, double, int, byte }: Handles, numbers: MpiArray): Handle {
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
