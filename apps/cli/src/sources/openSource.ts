import { files, openByName, type Source } from '@fluxion/data';
import { parquetFile } from '@fluxion/duckdb';
import type { Schema } from 'apache-arrow';

/**
 * The rows that the command line names: files by extension or content, folders, patterns, `-` for standard input. The one
 * place where a path becomes a source.
 */
export function openSource(paths: readonly string[]): Source {
  return files(paths, (path) => openByName(path, { parquet: parquetFile }));
}

/** The columns of a source, and its rows where they can be counted. */
export async function readShape(
  source: Source,
  signal?: AbortSignal,
): Promise<{ readonly schema: Schema; readonly rows: number | undefined }> {
  const open = await source.open(signal);
  try {
    return { schema: open.schema, rows: await open.countRows?.() };
  } finally {
    await open.close();
  }
}
