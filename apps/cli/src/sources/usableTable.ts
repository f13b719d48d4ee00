import { type Encoder, type Source, usableRows } from '@fluxion/data';
import { ownColumns } from '../model/ownColumns.js';
import type { BadRows } from '../options/badRowOptions.js';

/** What the command line says of the table. */
interface TableOptions extends BadRows {
  readonly input?: readonly string[] | undefined;
  readonly target?: readonly string[] | undefined;
  readonly weight?: string | undefined;
  readonly loss?: string | undefined;
}

/**
 * The rows of a table that can be trained on, where those that cannot be used are to be left out.
 *
 * @param encoder that a model has been trained with, and which knows its columns and classes
 */
export function usableTable(table: Source, options: TableOptions, encoder: Encoder | undefined): Source {
  const { onBadRow, maxBadShare, input, target = [], weight } = options;
  const badRows = { onBadRow, maxBadShare };
  if (encoder !== undefined) {
    return usableRows(ownColumns(table, encoder, options), { ...badRows, examples: { encoder } });
  }
  const columns = input && [...input, ...target, ...(weight === undefined ? [] : [weight])];
  return usableRows(table, { ...badRows, columns });
}
