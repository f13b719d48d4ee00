import type { Data, Schema } from 'apache-arrow';

/**
 * Rows that are read together: for Arrow a record batch. It holds only the columns that were asked for, in that order,
 * each as the one `Data` of its rows.
 */
export interface Block {
  readonly rows: number;
  readonly columns: readonly Data[];
  /**
   * Called at most once, by the reader of the block when it has done with it: from then on the source may use the memory
   * of the columns for another block.
   */
  release?(): void;
}

/**
 * Where examples come from: blocks of rows in columns. A source is a description; nothing is open until `open`.
 *
 * To write one for another format, give blocks as Arrow `Data`, and throw a `DataError` that says where for whatever
 * cannot be read.
 */
export interface Source {
  /** What error messages call it: the path, or `stream`. */
  readonly name: string;
  /** True for a source that can be opened one time only, as a stream that is being received. */
  readonly once?: boolean | undefined;
  /**
   * Opens the source. An abort of the signal ends a read that waits.
   *
   * @throws {DataError} when there is no such source, or it is of another format.
   */
  open(signal?: AbortSignal): Promise<OpenSource>;
}

/** An open source. Whoever opened it closes it. */
export interface OpenSource {
  readonly schema: Schema;
  /** Number of blocks, which may then be read in any order. Absent for a one-way source. */
  readonly blockCount?: number | undefined;
  /**
   * Number of rows in all blocks, where it can be told without reading these.
   *
   * @throws {DataError} when what tells it is damaged.
   */
  countRows?(): Promise<number>;
  /**
   * Reads the columns at these places in the schema, of the block with this number; `undefined` after the last block.
   * A one-way source is asked in rising order and passes over the blocks that were left out. Reads come one at a
   * time: the next one when the last has been answered.
   *
   * @throws {DataError} when the block is damaged or cut off.
   */
  read(block: number, fields: readonly number[]): Promise<Block | undefined>;
  /** May be called while a read waits: nobody wants its outcome any more, so it may fail. */
  close(): Promise<void>;
}
