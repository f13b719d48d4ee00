import type { DataPlace } from '@fluxion/tensor';
import type { MinibatchColumn } from '../minibatchColumn.js';

/** An input or a target whose rows come from blocks or from plain objects. */
export interface RowInput extends MinibatchColumn {
  /**
   * Takes example i of the minibatch from a plain object that has the columns.
   *
   * @throws {DataError} with the column, when a value cannot be used.
   */
  take(i: number, row: Readonly<Record<string, unknown>>, place: DataPlace): void;
  encode(size: number): void;
}
