import type { Savable } from '@fluxion/tensor';

/** A change of the mean of what comes. */
export interface Drift {
  /** Mean before it and after it, as far as is known. */
  readonly before: number;
  readonly after: number;
}

/** Watches numbers as they come, such as the loss of each example, for a change of their mean. */
export interface DriftDetector extends Savable {
  /**
   * Takes in the next number. Tells of a change when this one shows it; the numbers before the change are forgotten then.
   *
   * @throws {DataError} when it is not finite.
   */
  add(value: number): Drift | undefined;
}
