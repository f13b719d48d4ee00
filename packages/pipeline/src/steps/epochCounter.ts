import type { Position } from '@fluxion/data';

/**
 * Counts the epochs that end, by the positions of steps. Where no step ends with an epoch, as after a `filter` or `accumulate`, the first
 * step of the next epoch counts as its end.
 */
export class EpochCounter {
  /** The epoch in which the step before left the source; undefined where none is known. */
  epoch: number | undefined;

  /** Goes on to a step. Returns how many epochs have ended with it, or since the one before. */
  advance({ epoch, row }: Position): number {
    const ended = Math.max(epoch - (this.epoch ?? epoch), row === 0 ? 1 : 0);
    this.epoch = epoch;
    return ended;
  }
}
