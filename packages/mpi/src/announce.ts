import { StateError } from '@fluxion/tensor';
import type { Gathering } from './collectives.js';

/** What ranks do together. */
const activities = ['has ended', 'exchanges values', 'averages gradients', 'averages parameters'] as const;

export type Activity = (typeof activities)[number];

/** Numbers that a rank announces beside what it does. */
const NUMBERS = 3;

/**
 * Tells all ranks what this one is about to do, with a few numbers, and answers theirs, rank by rank. What does not match is an
 * error on every rank, where each would wait for the others for ever.
 *
 * @throws {StateError} naming the first rank that is about to do something else.
 */
export function announce(
  ranks: Gathering,
  activity: Activity,
  numbers: readonly number[] = [],
): readonly (readonly number[])[] {
  const width = NUMBERS + 1;
  const all = new Float64Array(ranks.size * width);
  all.set([activities.indexOf(activity), ...numbers], ranks.rank * width);
  ranks.allgather(all, new Int32Array(ranks.size).fill(width));
  const announced = Array.from({ length: ranks.size }, (_, rank) => [
    ...all.subarray(rank * width, (rank + 1) * width),
  ]);
  const other = announced.findIndex(([index]) => index !== activities.indexOf(activity));
  if (other !== -1) {
    const theirs = activities[announced[other]?.[0] as number];
    throw new StateError(
      `mpi: expected all ranks to do the same, rank ${other} ${theirs}, rank ${ranks.rank} ${activity}; let each rank make the same calls and as many steps: examples(source, { shard: mpi() }) gives them as many`,
    );
  }
  return announced.map(([, ...rest]) => rest);
}
