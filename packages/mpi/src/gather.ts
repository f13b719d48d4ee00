import { deserialize, serialize } from 'node:v8';
import { announce } from './announce.js';
import type { Gathering } from './collectives.js';

/** A value of each rank, by rank, that can be cloned: `ranks.gather`. */
export function gather<T>(ranks: Gathering, value: T): readonly T[] {
  const own = serialize(value);
  const lengths = Int32Array.from(
    announce(ranks, 'exchanges values', [own.length]),
    ([length]) => length as number,
  );
  const starts = lengths.map((_, rank) => lengths.subarray(0, rank).reduce((sum, one) => sum + one, 0));
  const all = new Uint8Array(lengths.reduce((sum, one) => sum + one, 0));
  all.set(own, starts[ranks.rank]);
  ranks.allgather(all, lengths);
  return Array.from(lengths, (length, rank) => {
    const start = starts[rank] as number;
    return deserialize(all.subarray(start, start + length)) as T;
  });
}
