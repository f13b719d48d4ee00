import { StateError } from '@fluxion/tensor';

/** The source that is pushing now: whatever runs meanwhile runs because of what it pushed. */
let pushing: SourceTurn | undefined;

/**
 * What lets a subscriber hold a source back. RxJS pushes and has no word for "wait"; but a source that pulls, as
 * `examples`, pushes by a call that returns when everybody has had the examples. Whoever needs time meanwhile says so by
 * `holdSource`, and the source waits before it goes on. So backpressure stays exact, and nothing is buffered.
 */
export class SourceTurn {
  #held: Promise<unknown> | undefined;

  /**
   * Pushes.
   *
   * @returns what has to settle before the next push; undefined where nobody holds the source back. It is never rejected.
   */
  push(push: () => void): Promise<unknown> | undefined {
    const outer = pushing;
    pushing = this;
    this.#held = undefined;
    try {
      push();
    } finally {
      pushing = outer;
    }
    return this.#held;
  }

  /** Called by `holdSource`. */
  hold(until: Promise<unknown>): void {
    this.#held = Promise.allSettled([this.#held, until]);
  }
}

/**
 * Holds back the source that is pushing now, until a promise has settled.
 *
 * @param where the operator that needs the time
 * @throws {StateError} when no source is pushing that can wait: an operator before has delayed what it pushed, or the source
 *   is one of events, which come when they come.
 */
export function holdSource(where: string, until: Promise<unknown>): void {
  if (pushing === undefined) {
    throw new StateError(
      `${where}: expected steps straight from a source that can wait, as examples(), got some from elsewhere; let no operator that delays or buffers stand between, and measure events by prequential()`,
    );
  }
  pushing.hold(until);
}
