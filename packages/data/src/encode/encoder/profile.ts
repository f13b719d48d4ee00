import type { CellReader } from '../cells/cellReader.js';
import type { ColumnState } from '../encodings/encoding.js';

/** How a column is to be encoded, or why it is not. */
export type Decision =
  | { readonly reader: CellReader<unknown>; readonly state: ColumnState; readonly why: string }
  | { readonly leftOut: string };

/** Goes through the cells of a column, and then says how it is encoded. */
export interface Profile<Cell = unknown> {
  readonly reader: CellReader<Cell>;
  see(cell: Cell): void;
  decide(): Decision;
}
