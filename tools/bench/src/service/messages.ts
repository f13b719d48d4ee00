/** Names of the classes. */
export const DIGITS: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

/** What the serving process is asked: how it is, after a collection of garbage or without one; or to end. */
export type Request = 'report' | 'glance' | 'close';

/** How the serving process is. */
export interface Report {
  /** Events learned from. */
  readonly updates: number;
  /** Bytes. */
  readonly heap: number;
  readonly resident: number;
  /** Milliseconds that the event loop was late, since the last report: the median, and 99 in 100. */
  readonly delay: readonly [number, number];
  /** Share of the last events that were predicted right before they were learned from. */
  readonly accuracy: number;
}
