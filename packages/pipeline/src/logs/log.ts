/** The place of an event in a log: offsets rise within a partition. */
export interface LogOffset {
  readonly partition: string;
  readonly offset: string;
}

/** An event as the log has it. */
export interface LogEvent extends LogOffset {
  readonly value: Uint8Array;
}

/** A log of events that keeps them, and gives them again from any offset. */
export interface Log {
  /** What errors call it. */
  readonly name: string;
  /**
   * The events behind these offsets, by partition, or all where there is none yet, in batches as they come; it waits for more at the
   * end. An empty batch says that the log answers. An abort of the signal ends it.
   */
  open(after: ReadonlyMap<string, string>, signal: AbortSignal): AsyncIterable<readonly LogEvent[]>;
}
