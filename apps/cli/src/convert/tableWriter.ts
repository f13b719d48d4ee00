import type { Block } from '@fluxion/data';

/** Writes a table to a file, a block at a time. */
export interface TableWriter {
  write(block: Block): void;
  /** Ends what is written; nothing may come after it. */
  end(): void;
  /** Cells that begin with an apostrophe so far, as a spreadsheet would compute them. */
  readonly formulas?: number;
}
