import type { DataPlace } from '@fluxion/tensor';
import type { Data, Schema } from 'apache-arrow';
import type { RowFilter } from '../order/holdOut.js';

/**
 * Consecutive rows of a source. It holds only the columns that were asked for, in that order, each as the one `Data` of
 * its rows.
 */
export interface Block {
  readonly rows: number;
  readonly columns: readonly Data[];
  /** Whether no rows come after it, where the source can tell without reading on. */
  readonly isLast?: boolean;
  /**
   * Called at most once, by the reader of the block when it has done with it: from then on the source may use the memory
   * of the columns for another block.
   */
  release?(): void;
}

/**
 * Where examples come from: rows of named, typed columns, numbered from 0. A source is a description; nothing is open
 * until `open`.
 *
 * To write one for another format, give columns as Arrow `Data`, and throw a `DataError` that says where for whatever
 * cannot be read.
 */
export interface Source {
  /** What error messages call it: the path, or `stream`. */
  readonly name: string;
  /** True for a source that can be opened one time only, as a stream that is being received. */
  readonly once?: boolean | undefined;
  /** The paths of the files that hold the rows, in their order, where it is files that do: a checkpoint knows them again. */
  files?(): Promise<readonly string[]>;
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
  /** Rows that were left out, since they cannot be read; they have no number. */
  readonly badRows?: number | undefined;
  /**
   * Number of rows. Absent for a one-way source, whose rows are read in rising order only; those of any other may be read
   * in any order.
   *
   * @throws {DataError} when what tells it is damaged.
   */
  countRows?(): Promise<number>;
  /**
   * Reads the columns at these places in the schema, of the rows from number `from` on: at least one row and at most
   * `count`, as many as the source has at hand; `undefined` after the last row. A one-way source passes over the rows that
   * were left out. Reads come one at a time: the next one when the last has been answered.
   *
   * @param isWanted which rows will be looked at, by number: where a row is costly to decode, the others may hold anything
   * @throws {DataError} when the rows are damaged or cut off. Where it names a row, it is the row's number in the source.
   */
  read(
    from: number,
    count: number,
    fields: readonly number[],
    isWanted?: RowFilter,
  ): Promise<Block | undefined>;
  /** Where a row is, for error messages, where that is more than its number in the source of this name. */
  locate?(row: number): DataPlace;
  /** May be called while a read waits: nobody wants its outcome any more, so it may fail. */
  close(): Promise<void>;
}
