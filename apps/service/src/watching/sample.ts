/** What happened in a second, and how things stood at its end. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Updates that the served weights have had. */
  readonly version: number;
  /** Events learned from since the service began to learn. */
  readonly updates: number;
  /** Rows predicted, and events learned from, in this second. */
  readonly predicted: number;
  readonly learned: number;
  /** Milliseconds that half, and 99 in 100, of the requests for predictions took at most; null where there were none. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Milliseconds by which 99 in 100 turns of the event loop were late at most. */
  readonly delay: number;
  /** Changes of the mean loss that were found since the start. */
  readonly drifts: number;
  /** Figures by name, over the last events and over all; absent where nothing is learned. */
  readonly window?: Readonly<Record<string, number | null>>;
  readonly all?: Readonly<Record<string, number | null>>;
  /** The same over the last events of the model that is served, where another learns. */
  readonly served?: Readonly<Record<string, number | null>> | undefined;
}
