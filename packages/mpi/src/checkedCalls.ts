import { OptionError } from '@fluxion/tensor';
import type { Collectives } from './collectives.js';
import { type MpiArray, reduceOps } from './handles.js';

/**
 * The calls of a job of so many ranks, which look at what they are given before C does, also where one rank is alone and there is
 * nothing to do.
 *
 * @param expectOpen throws where the job is over
 */
export function checkedCalls(calls: Collectives, size: number, expectOpen: () => void): Collectives {
  const isJob = size > 1;
  return {
    barrier() {
      expectOpen();
      if (isJob) calls.barrier();
    },
    allreduce(numbers, operation) {
      expectOpen();
      expectArray('allreduce numbers', numbers);
      if (!reduceOps.includes(operation)) {
        throw new OptionError(
          `mpi allreduce operation: expected ${reduceOps.join(', ')}, got ${operation}; a mean is a sum, divided`,
        );
      }
      if (isJob) calls.allreduce(numbers, operation);
    },
    allgather(parts, counts) {
      expectOpen();
      expectArray('allgather parts', parts);
      expectCounts(counts, size, parts.length);
      if (isJob) calls.allgather(parts, counts);
    },
    broadcast(numbers, root) {
      expectOpen();
      expectArray('broadcast numbers', numbers);
      if (!(Number.isInteger(root) && root >= 0 && root < size)) {
        throw new OptionError(
          `mpi broadcast root: expected a rank from 0 to ${size - 1}, got ${root}; give whose numbers all are to have`,
        );
      }
      if (isJob) calls.broadcast(numbers, root);
    },
  };
}

function expectArray(what: string, array: MpiArray): void {
  const isSendable =
    array instanceof Float32Array ||
    array instanceof Float64Array ||
    array instanceof Int32Array ||
    array instanceof Uint8Array;
  if (isSendable) return;
  const got = (array as object | undefined)?.constructor.name ?? 'none';
  throw new OptionError(
    `mpi ${what}: expected a Float32Array, Float64Array, Int32Array or Uint8Array, got ${got}; copy them into one`,
  );
}

function expectCounts(counts: Int32Array, size: number, length: number): void {
  const isWhole = counts instanceof Int32Array && counts.length === size;
  const sum = isWhole ? counts.reduce((all, count) => (count < 0 ? Number.NaN : all + count), 0) : Number.NaN;
  if (sum === length) return;
  const got = counts instanceof Int32Array ? `[${counts.join(', ')}]` : typeof counts;
  throw new OptionError(
    `mpi allgather counts: expected an Int32Array of ${size}, the numbers of each rank, ${length} in all, got ${got}; give how many each has`,
  );
}
