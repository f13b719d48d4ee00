import { OptionError, StateError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { checkedCalls } from './checkedCalls.js';
import type { Collectives } from './collectives.js';

/** Calls of a job of so many ranks, and those of them that have come through. */
function callsOf(size: number): { readonly calls: Collectives; readonly through: string[] } {
  const through: string[] = [];
  const put = (name: string) => () => void through.push(name);
  const [barrier, allreduce, allgather, broadcast] = [
    put('barrier'),
    put('allreduce'),
    put('allgather'),
    put('broadcast'),
  ];
  return { calls: checkedCalls({ barrier, allreduce, allgather, broadcast }, size, () => {}), through };
}

describe('checkedCalls', () => {
  it('call the library where there are others, and nobody where one rank is alone', () => {
    for (const [size, expected] of [
      [2, ['barrier', 'allreduce', 'allgather', 'broadcast']],
      [1, []],
    ] as const) {
      const { calls, through } = callsOf(size);
      calls.barrier();
      calls.allreduce(Float32Array.of(1), 'sum');
      calls.allgather(new Uint8Array(3), size === 2 ? Int32Array.of(3, 0) : Int32Array.of(3));
      calls.broadcast(Buffer.from('text'), size - 1);
      expect(through).toEqual(expected);
    }
  });

  it.each([
    [
      'numbers of another type',
      (calls: Collectives) => calls.allreduce(new Int16Array(2) as never, 'sum'),
      'mpi allreduce numbers: expected a Float32Array, Float64Array, Int32Array or Uint8Array, got Int16Array; copy them into one',
    ],
    [
      'an operation that there is not',
      (calls: Collectives) => calls.allreduce(new Float32Array(2), 'mean' as never),
      'mpi allreduce operation: expected sum, max, min, got mean; a mean is a sum, divided',
    ],
    [
      'a rank that there is not',
      (calls: Collectives) => calls.broadcast(new Float32Array(2), 7),
      /^mpi broadcast root: expected a rank from 0 to \d, got 7; give whose numbers all are to have$/,
    ],
    [
      'counts of another number of ranks',
      (calls: Collectives) => calls.allgather(new Float32Array(2), Int32Array.of(1, 1, 0)),
      /^mpi allgather counts: expected an Int32Array of \d, the numbers of each rank, 2 in all, got \[1, 1, 0\]; give how many each has$/,
    ],
    [
      'counts beyond the numbers',
      (calls: Collectives) => calls.allgather(new Float32Array(2), Int32Array.of(2, 1)),
      /2 in all, got \[2, 1\]/,
    ],
    [
      'counts below 0',
      (calls: Collectives) => calls.allgather(new Float32Array(2), Int32Array.of(3, -1)),
      /2 in all, got \[3, -1\]/,
    ],
  ])('refuse %s before anything is sent, alone too', (_, call, message) => {
    for (const size of [1, 2]) {
      const { calls, through } = callsOf(size);
      expect(() => call(calls)).toThrow(OptionError);
      expect(() => call(calls)).toThrow(message);
      expect(through).toEqual([]);
    }
  });

  it('refuse all where the job is over', () => {
    const over = (): never => {
      throw new StateError('over');
    };
    expect(() => checkedCalls(callsOf(2).calls, 2, over).barrier()).toThrow('over');
  });
});
