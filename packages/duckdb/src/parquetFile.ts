import { stat } from 'node:fs/promises';
import { type BadRowOptions, type Source, usableRows } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { connect } from './connect.js';
import { expectParquet } from './expectParquet.js';
import { openTable } from './openTable.js';

/**
 * A Parquet file, read through DuckDB, which must be installed: `npm install @duckdb/node-api`. Its rows are addressed by their
 * numbers, in the order of the file, and only the columns asked for are read.
 *
 * Integers of up to 32 bits become Int32, others Int64 or Uint64; FLOAT is Float32, DOUBLE and DECIMAL are Float64, as are wider
 * integers, unless one is beyond 2⁵³: then they are words, with all their digits. Dates and times are Timestamps in milliseconds;
 * VARCHAR, ENUM and UUID are Utf8. Lists are of numbers or words; those of numbers that have one length in all rows are fixed-size
 * lists. A struct gives a column for each of its parts, called `a.b`.
 *
 * @param badRows what becomes of rows with a value that no encoder takes, as an infinity
 * @throws {OptionError} when an option has a value that cannot be used; by `open`, when DuckDB is not installed.
 * @throws {DataError} by `open` and `read`, when the file is missing, damaged, or replaced while it is read. Checksums of
 * pages are not looked at.
 * @example
 * parquetFile('flights.parquet');
 */
export function parquetFile(path: string, badRows: BadRowOptions = {}): Source {
  const source: Source = {
    name: path,
    files: async () => [path],
    open: async (signal) => {
      const version = await versionOf(path);
      await expectParquet(path);
      const database = await connect(path, {}, signal, 'copy or write the file again');
      try {
        return await openTable(database, {
          name: path,
          sql: 'read_parquet(?, file_row_number = true)',
          values: [literally(path)],
          rowNumber: 'file_row_number',
          check: async () => {
            if ((await versionOf(path)) === version) return;
            throw new DataError(
              'expected the file as it was when opened, but it has been written to; open it again when that is done',
              { file: path },
            );
          },
        });
      } catch (error) {
        database.close();
        throw error;
      }
    },
  };
  return usableRows(source, badRows);
}

/** A path that DuckDB takes for no pattern. */
function literally(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** Another one for each content, unless somebody takes pains. */
async function versionOf(path: string): Promise<string> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) throw new Error('it is no file');
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot open the file: ${reason}; check the path`, { file: path }, { cause });
  }
}
