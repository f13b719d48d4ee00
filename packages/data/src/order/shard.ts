/** One of several processes: its number, from 0, and how many there are. `mpi()` of `@fluxion/mpi` is one. */
export interface Shard {
  readonly rank: number;
  readonly size: number;
  /** Examples in a minibatch of all processes, of which each has as many as the others or one more. Default: `batchSize · size`. */
  readonly total?: number | undefined;
}

/** One of several processes that tell each other what each has found. `mpi()` of `@fluxion/mpi` is one. */
export interface GatheringShard extends Shard {
  /** The values of all processes, by rank. All call it. */
  gather<T>(value: T): readonly T[];
}

/** The part of `total` things in a row that is a process's: from the first number up to, but not including, the second. */
export function shardPart({ rank, size }: Shard, total: number): readonly [start: number, end: number] {
  return [Math.floor((rank * total) / size), Math.floor(((rank + 1) * total) / size)];
}
