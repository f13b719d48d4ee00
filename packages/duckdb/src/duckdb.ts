import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '@fluxion/data';
import { connect, type Database } from './connect.js';
import { openTable } from './openTable.js';

/** What a query runs on. */
export interface DuckdbOptions {
  /** A DuckDB database file to query, which is not written to. By default only files that the query names. */
  readonly database?: string | undefined;
  /** Threads that the query takes. Default: 1, which gives rows without ORDER BY in the same order each time. */
  readonly threads?: number | undefined;
}

/**
 * The rows that a query gives, through DuckDB, which must be installed: `npm install @duckdb/node-api`. It may name files of
 * Parquet, CSV and JSON. The query is run once, when the source is opened, and its rows are kept in a temporary table,
 * on disk where they exceed 512 MB. Columns become Arrow's as with `parquetFile`.
 *
 * @throws {OptionError} by `open`, when DuckDB is not installed.
 * @throws {DataError} by `open` and `read`, when DuckDB refuses the query or a value.
 * @example
 * duckdb("SELECT distance, delay > 15 AS late FROM 'flights-*.parquet' ORDER BY date");
 */
export function duckdb(sql: string, { database: path, threads = 1 }: DuckdbOptions = {}): Source {
  const name = 'query';
  return {
    name,
    open: async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'fluxion-duckdb-'));
      let database: Database | undefined;
      const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
      try {
        database = await connect(
          name,
          { temp_directory: folder, memory_limit: '512MB', threads: String(threads) },
          signal,
          'correct the query, or what it reads',
        );
        if (path !== undefined) {
          await database.run(`ATTACH '${path.replaceAll("'", "''")}' AS attached (READ_ONLY)`);
          await database.run('USE attached');
        }
        await database.run(`CREATE TEMP TABLE result_of_query AS ${sql}`);
        return await openTable(database, {
          name,
          sql: 'temp.result_of_query',
          values: [],
          rowNumber: 'rowid',
          check: async () => {},
          closed: removeFolder,
        });
      } catch (error) {
        database?.close();
        await removeFolder();
        throw error;
      }
    },
  };
}
