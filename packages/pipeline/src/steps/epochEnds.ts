import type { Position } from '@fluxion/data';

/**
 * Tells the ends of epochs by the positions of steps. Where no step ends with an epoch, as after a `filter` or `accumulate`, the first one
 * beyond stands for it.
 */
export class EpochEnds {
  /** In which epoch the step before left the source; undefined where none is known. */
  epoch: number | undefined;

  /** Whether an epoch ends with this step, or has ended since the one before. */
  has({ epoch, row }: Position): boolean {
    const hasEnded = this.epoch !== undefined && epoch > this.epoch;
    this.epoch = epoch;
    return row === 0 || hasEnded;
  }
}
