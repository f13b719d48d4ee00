import type { RecordBatch, Schema, Table } from 'apache-arrow';
import type { Source } from '../source.js';

/**
 * An Arrow table in memory. Its record batches are the blocks.
 *
 * @param name what error messages call it
 * @example
 * arrowTable(tableFromArrays({ x: Float32Array.of(0, 1), y: Float32Array.of(1, 0) }));
 */
export function arrowTable(table: Pick<Table, 'schema' | 'batches' | 'numRows'>, name = 'table'): Source {
  const batches: readonly RecordBatch[] = table.batches;
  const schema: Schema = table.schema;
  return {
    name,
    open: async () => ({
      schema,
      blockCount: batches.length,
      countRows: async () => table.numRows,
      read: async (index, fields) => {
        const batch = batches[index];
        if (batch === undefined) return undefined;
        return { rows: batch.numRows, columns: fields.flatMap((field) => batch.data.children[field] ?? []) };
      },
      close: async () => {},
    }),
  };
}
