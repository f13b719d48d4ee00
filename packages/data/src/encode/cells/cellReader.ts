import type { DataPlace } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';

/** Cells of a minibatch, before they are encoded. */
export interface CellArray<Cell> {
  readonly length: number;
  [index: number]: Cell;
}

/** Which rows of a block are wanted: 1 in their places, 0 in those of others. */
export type RowMask = Uint8Array;

/**
 * Reads the cells of a column in the one form that an encoding takes, whatever type the source has them in: the column of
 * a block, or one value of an object. Both ways give the same cell for the same value, so that training and serving see
 * the same numbers.
 */
export interface CellReader<Cell> {
  /** Whether the cells of a column are views on its memory. */
  readonly keepsBlock?: boolean;
  /**
   * A cell for each row.
   *
   * @param place the block and column
   * @param wanted rows that are wanted, where not all are; the cells of others are not looked at, and say nothing
   * @throws {DataError} with the row, for a value that cannot be read so.
   */
  ofColumn(data: Data, place: DataPlace, wanted?: RowMask): Promise<ArrayLike<Cell>>;
  /**
   * The cell of a plain value.
   *
   * @param place the column
   * @throws {DataError} for a value that cannot be read so.
   */
  ofValue(value: unknown, place: DataPlace): Cell;
  /** Room for a minibatch. */
  room(size: number): CellArray<Cell>;
}
