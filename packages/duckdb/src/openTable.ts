import type { DuckDBValue } from '@duckdb/node-api';
import type { OpenSource } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { Binary, type Data, Field, FixedSizeList, Schema } from 'apache-arrow';
import { arrowColumn } from './arrowColumn.js';
import type { Database } from './connect.js';
import { settled, type TableColumn, tableColumns } from './tableColumns.js';

/** Most values that one read takes in. */
const MAX_VALUES = 2 ** 22;

/** Rows of a database that have numbers from 0 on. */
export interface NumberedTable {
  readonly name: string;
  /** What stands behind FROM, with a `?` for each of the values. */
  readonly sql: string;
  readonly values: DuckDBValue[];
  /** The column that has the numbers of the rows. */
  readonly rowNumber: string;
  /** To be called before each read. @throws {DataError} when the rows may be others by now. */
  check(): Promise<void>;
  /** To be called after the database has been closed. */
  closed?(): Promise<void>;
}

/** Opens a table of a database, which it closes in the end. */
export async function openTable(database: Database, table: NumberedTable): Promise<OpenSource> {
  const { name, sql, values, rowNumber } = table;
  const columns = await columnsOf(database, table);
  const [count] = await rowsOf(database, `SELECT count(*) FROM ${sql}`, values);
  const rowCount = Number(count?.[0]);
  return {
    schema: new Schema(columns.map(({ name, type }) => new Field(name, type ?? new Binary(), true))),
    countRows: async () => rowCount,
    read: async (from, count, fields) => {
      if (from >= rowCount) return undefined;
      const wanted = fields.flatMap((field) => columns[field] ?? []);
      const width = wanted.reduce(
        (sum, { type }) => sum + (type instanceof FixedSizeList ? type.listSize : 1),
        1,
      );
      const rows = Math.min(count, rowCount - from, Math.max(1, Math.floor(MAX_VALUES / width)));
      for (const { name: column, type, sqlType } of wanted) {
        if (type === undefined) {
          throw new DataError(
            `expected numbers, booleans, dates, words or lists of numbers or words, got ${sqlType}; convert the column`,
            { file: name, column },
          );
        }
      }
      await table.check();
      const result = await database.run(
        `SELECT ${[rowNumber, ...wanted.map(({ sql }) => sql)].join(', ')} FROM ${sql} WHERE ${rowNumber} >= ${from} AND ${rowNumber} < ${from + rows}`,
        values,
      );
      const chunks = await result.fetchAllChunks();
      const valuesOf = (index: number): DuckDBValue[] =>
        chunks.flatMap((chunk) => chunk.getColumnValues(index));
      const numbers = valuesOf(0);
      if (numbers.length !== rows || numbers.some((number, i) => Number(number) !== from + i)) {
        throw new DataError(
          `expected rows ${from} to ${from + rows - 1} in their order, got ${numbers.length} others`,
          {
            file: name,
          },
        );
      }
      const data = wanted.map(
        ({ type }, i): Data => arrowColumn(type as NonNullable<typeof type>, valuesOf(i + 1)),
      );
      return { rows, columns: data, isLast: from + rows === rowCount };
    },
    close: async () => {
      database.close();
      await table.closed?.();
    },
  };
}

/** The columns of a table. Whether lists have one length, and how large whole numbers are, only their values tell. */
async function columnsOf(
  database: Database,
  { name, sql, values, rowNumber }: NumberedTable,
): Promise<TableColumn[]> {
  const empty = await database.run(`SELECT * FROM ${sql} LIMIT 0`, values);
  const columns = empty
    .columnNames()
    .flatMap((name, i) => (name === rowNumber ? [] : tableColumns(name, empty.columnType(i))));
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) {
    throw new DataError('expected one column of this name, got several; rename one', {
      file: name,
      column: twice.name,
    });
  }
  const measures = columns.flatMap(({ measures = [] }) => measures);
  if (measures.length === 0) return columns;
  const [row = []] = await rowsOf(database, `SELECT ${measures.join(', ')} FROM ${sql}`, values);
  let at = 0;
  return columns.map((column) => {
    if (column.measures === undefined) return column;
    const measured = row.slice(at, at + column.measures.length);
    at += measured.length;
    return settled(column, measured);
  });
}

async function rowsOf(database: Database, sql: string, values: DuckDBValue[]): Promise<DuckDBValue[][]> {
  const result = await database.run(sql, values);
  return result.getRows();
}
