import { expectObject } from '@fluxion/tensor';
import type { RecordBatch, Schema, Table } from 'apache-arrow';
import { lastAtMost } from '../../lastAtMost.js';
import type { Source } from '../source.js';

/**
 * An Arrow table in memory.
 *
 * @param name what error messages call it
 * @throws {OptionError} when it is no table.
 * @example
 * arrowTable(tableFromArrays({ x: Float32Array.of(0, 1), y: Float32Array.of(1, 0) }));
 */
export function arrowTable(table: Pick<Table, 'schema' | 'batches' | 'numRows'>, name = 'table'): Source {
  expectObject(
    'arrowTable',
    table,
    'a table of apache-arrow',
    ['batches', 'schema'],
    'make one, as tableFromArrays({ x })',
  );
  const batches: readonly RecordBatch[] = table.batches;
  const schema: Schema = table.schema;
  let rows = 0;
  const starts = batches.map(({ numRows }) => {
    rows += numRows;
    return rows - numRows;
  });
  return {
    name,
    open: async () => ({
      schema,
      countRows: async () => table.numRows,
      read: async (from, count, fields) => {
        if (from >= table.numRows) return undefined;
        const index = lastAtMost(starts, from);
        const batch = batches[index] as RecordBatch;
        const first = from - (starts[index] as number);
        const rows = Math.min(count, batch.numRows - first);
        return {
          rows,
          columns: fields.flatMap((field) => {
            const column = batch.data.children[field];
            return column === undefined ? [] : column.slice(first, rows);
          }),
          isLast: from + rows === table.numRows,
        };
      },
      close: async () => {},
    }),
  };
}
