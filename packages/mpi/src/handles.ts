import type { NativeLibrary } from '@fluxion/tensor';

/** What a call takes for a communicator, a type or an operation: an address in Open MPI, a number in MPICH. */
export type Handle = number | bigint;

/** Arrays that can be sent. */
export type MpiArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export const reduceOps = ['sum', 'max', 'min'] as const;

/** How the numbers of all ranks become one. */
export type ReduceOp = (typeof reduceOps)[number];

/** The constants of `mpi.h`, which differ between the two families of libraries. */
export interface Handles {
  /** How handles are declared. */
  readonly type: 'intptr_t' | 'int';
  readonly world: Handle;
  /** No hints. */
  readonly noInfo: Handle;
  readonly float: Handle;
  readonly double: Handle;
  readonly int: Handle;
  /** Of unsigned numbers, which can be added. */
  readonly byte: Handle;
  readonly operations: Readonly<Record<ReduceOp, Handle>>;
  /** Stands for a buffer that is the result's too. */
  readonly inPlace: number;
  /** Stands for a status that nobody wants. */
  readonly ignoreStatus: number;
  /** Ranks that share memory. */
  readonly sharedMemory: number;
}

/** The constants of a library: Open MPI exports variables, whose addresses they are. */
export function handlesOf(library: NativeLibrary): Handles {
  try {
    library.symbol('ompi_mpi_comm_world');
  } catch {
    return mpich;
  }
  const address = (name: string): Handle => library.symbol(`ompi_mpi_${name}`);
  return {
    type: 'intptr_t',
    world: address('comm_world'),
    noInfo: address('info_null'),
    float: address('float'),
    double: address('double'),
    int: address('int'),
    byte: address('uint8_t'),
    operations: { sum: address('op_sum'), max: address('op_max'), min: address('op_min') },
    inPlace: 1,
    ignoreStatus: 0,
    sharedMemory: 0,
  };
}

/** Those of MPICH, which are the same in all libraries of its ABI: Intel MPI, MVAPICH, Cray MPICH. */
const mpich: Handles = {
  type: 'int',
  world: 0x44000000,
  noInfo: 0x1c000000,
  float: 0x4c00040a,
  double: 0x4c00080b,
  int: 0x4c000405,
  byte: 0x4c00013b,
  operations: { sum: 0x58000003, max: 0x58000001, min: 0x58000002 },
  inPlace: -1,
  ignoreStatus: 1,
  sharedMemory: 1,
};
