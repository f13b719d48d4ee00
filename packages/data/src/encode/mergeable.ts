/** What is seen of the rows of a table in parts, by several processes, and put together in the order of the parts. */
export interface Mergeable<Tally = unknown> {
  /** What has been seen, as data that can be sent. */
  tally(): Tally;
  /** Counts in what another has seen, of rows after those seen here. */
  merge(tally: Tally): void;
}
