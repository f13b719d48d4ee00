import type { RowFilter, Source } from '@fluxion/data';
import type { Schema } from 'apache-arrow';

/** The table to train on. */
export interface TrainingTable {
  readonly source: Source;
  readonly schema: Schema;
  /** Which rows are trained on: all that is learned of the table is learned of them. */
  readonly rows: RowFilter | undefined;
  /** How many these are; 0 where that is not known. */
  readonly size: number;
}
