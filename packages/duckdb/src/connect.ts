import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBValue } from '@duckdb/node-api';
import { DataError, OptionError } from '@fluxion/tensor';

/** Runs statements one after the other. */
export interface Database {
  /**
   * Runs a statement to its end: DuckDB's own streams hide errors that come in the middle.
   *
   * @throws {DataError} when DuckDB refuses it.
   */
  run(sql: string, values?: DuckDBValue[]): Promise<DuckDBMaterializedResult>;
  close(): void;
}

/**
 * A new database in memory.
 *
 * @param name what error messages call the source
 * @throws {OptionError} when DuckDB is not installed.
 */
export async function connect(
  name: string,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Database> {
  signal?.throwIfAborted();
  const { DuckDBInstance } = await import('@duckdb/node-api').catch((cause: unknown) => {
    throw new OptionError(
      'duckdb: expected the package @duckdb/node-api, it is not installed; npm install @duckdb/node-api',
      { cause },
    );
  });
  const instance = await DuckDBInstance.create(':memory:', {
    // What a query needs is built in, or installed on purpose.
    autoinstall_known_extensions: 'false',
    ...settings,
  });
  const connection: DuckDBConnection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  /** A statement ends the one before it, so it waits for that. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (sql, values) => {
      const result = last
        .then(() => {
          signal?.throwIfAborted();
          return connection.run(sql, values);
        })
        .catch((cause: unknown) => {
          signal?.throwIfAborted();
          const reason = cause instanceof Error ? cause.message : String(cause);
          throw new DataError(`DuckDB refuses it: ${reason}`, { file: name }, { cause });
        });
      last = result.catch(() => {});
      return result;
    },
    close: () => {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
}
