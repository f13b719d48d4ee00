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
  /**
   * Adds rows to a table, values by column.
   *
   * @throws {DataError} when DuckDB refuses one.
   */
  append(table: string, blocks: AsyncIterable<readonly (readonly DuckDBValue[])[]>): Promise<void>;
  close(): void;
}

/** Rows of a piece that DuckDB takes at a time. */
const PIECE = 2048;

/**
 * A new database in memory.
 *
 * @param name what error messages call the source
 * @param fix what they say is to be done where DuckDB refuses it
 * @throws {OptionError} when DuckDB is not installed.
 */
export async function connect(
  name: string,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  fix: string,
): Promise<Database> {
  signal?.throwIfAborted();
  const { DuckDBInstance, DuckDBDataChunk } = await import('@duckdb/node-api').catch((cause: unknown) => {
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
  const refusal = (cause: unknown): DataError => {
    const message = cause instanceof Error ? cause.message : String(cause);
    // What follows is the statement, which is ours.
    const [reason = ''] = message.split(/\s*\n\s*LINE \d+:/);
    return new DataError(
      `DuckDB refuses it: ${reason.trim().replaceAll(/\s*\n\s*/g, ' ')}; ${fix}`,
      { file: name },
      { cause },
    );
  };
  const refusing = (work: () => void): void => {
    try {
      work();
    } catch (cause) {
      throw refusal(cause);
    }
  };
  return {
    run: (sql, values) => {
      const result = last
        .then(() => {
          signal?.throwIfAborted();
          return connection.run(sql, values);
        })
        .catch((cause: unknown) => {
          signal?.throwIfAborted();
          throw refusal(cause);
        });
      last = result.catch(() => {});
      return result;
    },
    append: async (table, blocks) => {
      const appender = await connection.createAppender(table);
      const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
      const add = (columns: readonly (readonly DuckDBValue[])[]): void => {
        for (let from = 0; from < (columns[0]?.length ?? 0); from += PIECE) {
          const chunk = DuckDBDataChunk.create(types);
          chunk.setColumns(columns.map((values) => values.slice(from, from + PIECE)));
          appender.appendDataChunk(chunk);
        }
      };
      for await (const columns of blocks) refusing(() => add(columns));
      refusing(() => appender.closeSync());
    },
    close: () => {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
}
