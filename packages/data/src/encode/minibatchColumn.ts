import type { DataPlace, Labels, Tensor } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { RowMask } from './cells/cellReader.js';

/**
 * Turns columns into one tensor: it checks and takes in the blocks of a window, then gathers rows from them into the
 * minibatch that it lends.
 */
export interface MinibatchColumn {
  readonly name: string;
  /** Places in the schema of the columns that `add` wants, in this order. */
  readonly fields: readonly number[];
  /** Whether it reads from the memory of the blocks until `clear`; if not, it has copied what it wants. */
  readonly keepsBlocks: boolean;
  /** Lets go of all blocks. */
  clear(): void;
  /**
   * Takes in the next block of the window.
   *
   * @param wanted rows that may be gathered, where not all are
   * @throws {DataError} with row and column, when a value cannot be used.
   */
  add(columns: readonly Data[], place: DataPlace, wanted?: RowMask): Promise<void>;
  /** Whether a row of the window's block cannot be an example, since it has no target. */
  isGap?(block: number, row: number): boolean;
  /** Writes examples `from` to `to` of the minibatch: example i is row rows[i] of the window's block blocks[i]. */
  gather(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void;
  /** Encodes the first `size` examples, which are about to be lent, where `gather` has not done so. */
  encode?(size: number): void;
  /**
   * The same numbers as `gather`, `encode` and `lend` would give of these rows, in memory of their own, which the next call
   * overwrites; it changes nothing else. Undefined where how a row is encoded depends on those before it; not there for indices.
   */
  peek?(blocks: Uint32Array, rows: Uint32Array, count: number): Tensor | undefined;
  /** The first `size` examples of the minibatch. */
  lend(size: number): Tensor | Labels;
}
