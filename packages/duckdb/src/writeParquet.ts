import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { expectSource, type OpenSource, type Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { Vector } from 'apache-arrow';
import { connect, type Database } from './connect.js';
import { quoted, text } from './tableColumns.js';
import { type WrittenColumn, writtenColumn } from './writtenColumn.js';

/** Rows that are read at a time. */
const ROWS = 2 ** 16;

/**
 * Writes the rows of a source to a Parquet file, which is there whole or not at all, through DuckDB, which must be installed:
 * `npm install @duckdb/node-api`. Rows wait on disk where they exceed 512 MB. Numbers keep their types, words and dictionaries become
 * VARCHAR, dates DATE, times TIMESTAMP, and lists lists.
 *
 * @param signal ends it, and nothing is written
 * @returns how many rows
 * @throws {OptionError} when DuckDB is not installed.
 * @throws {DataError} when the source cannot be read, has a column of another type, or the file cannot be written.
 * @example
 * await writeParquet('people.parquet', csvFile('people.csv'));
 */
export async function writeParquet(path: string, source: Source, signal?: AbortSignal): Promise<number> {
  expectSource('writeParquet', source);
  const temporary = `${path}.tmp-${randomBytes(6).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-duckdb-'));
  let database: Database | undefined;
  try {
    database = await connect(
      path,
      { temp_directory: folder, memory_limit: '512MB', threads: '1' },
      signal,
      'correct the rows, or write another format',
    );
    const rows = await copyTable(database, source, temporary, signal);
    await rename(temporary, path).catch((cause: Error) => {
      throw new DataError(`cannot write the file: ${cause.message}; name another`, { file: path }, { cause });
    });
    return rows;
  } finally {
    database?.close();
    await rm(temporary, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyTable(
  database: Database,
  source: Source,
  path: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const open = await source.open(signal);
  try {
    const { fields } = open.schema;
    if (fields.length === 0) {
      throw new DataError('expected columns, got none; give data with columns', { file: source.name });
    }
    const columns = fields.map(({ name, type }) => writtenColumn(name, type, source.name));
    const stored = columns.map(({ name, stored }) => `${quoted(name)} ${stored}`);
    await database.run(`CREATE TABLE source (${stored.join(', ')})`);
    const rows = await copyRows(database, 'source', open, columns, signal);
    const written = columns.map(({ name, sql = quoted(name) }) => `${sql} AS ${quoted(name)}`);
    await database.run(`COPY (SELECT ${written.join(', ')} FROM source) TO ${text(path)} (FORMAT parquet)`);
    return rows;
  } finally {
    await open.close();
  }
}

/** Adds the rows to a table, and answers how many they are. */
async function copyRows(
  database: Database,
  name: string,
  open: OpenSource,
  columns: readonly WrittenColumn[],
  signal: AbortSignal | undefined,
): Promise<number> {
  let rows = 0;
  const places = [...columns.keys()];
  const blocks = async function* () {
    for (;;) {
      signal?.throwIfAborted();
      const block = await open.read(rows, ROWS, places);
      if (block === undefined) return;
      yield block.columns.map((data, i) =>
        Array.from(new Vector([data]), (value) => (value === null ? null : columns[i]?.toValue(value))),
      ) as DuckDBValue[][];
      rows += block.rows;
      block.release?.();
    }
  };
  await database.append(name, blocks());
  return rows;
}
