import {
  arrowFile,
  csvFile,
  files,
  jsonLinesFile,
  type NoticeOption,
  openByName,
  type Source,
} from '@fluxion/data';
import { parquetFile } from '@fluxion/duckdb';
import type { Schema } from 'apache-arrow';
import type { BadRows } from '../options/badRowOptions.js';
import { pictureFolder, withPictures } from './pictures.js';
import { unchangedFiles } from './unchangedFiles.js';

/** How rows are read. */
export interface SourceOptions extends BadRows, NoticeOption {
  /** Pixels of a side that pictures are brought to. Without it they stay paths. */
  readonly pictureWidth?: number | undefined;
}

/**
 * The rows that the command line names: files by extension or content, folders, patterns, `-` for standard input, a folder of pictures. The one
 * place where a path becomes a source.
 */
export function openSource(paths: readonly string[], options: SourceOptions = {}): Source {
  const { onBadRow, maxBadShare, notice, pictureWidth } = options;
  const text = { onBadRow, maxBadShare, notice };
  const arrow = (path: string): Source => arrowFile(path, { notice });
  const csv = (path: string): Source => csvFile(path, text);
  const jsonl = (path: string): Source => jsonLinesFile(path, text);
  const formats = { parquet: parquetFile, arrow, feather: arrow, csv, tsv: csv, jsonl, ndjson: jsonl };
  const source = unchangedFiles(pictureFolder(paths) ?? files(paths, (path) => openByName(path, formats)));
  return pictureWidth === undefined ? source : withPictures(source, paths[0] as string, pictureWidth);
}

/** The columns of a source, its rows where they can be counted, and how many were left out. */
export async function readShape(
  source: Source,
  signal?: AbortSignal,
): Promise<{ readonly schema: Schema; readonly rows: number | undefined; readonly badRows: number }> {
  const open = await source.open(signal);
  try {
    return { schema: open.schema, rows: await open.countRows?.(), badRows: open.badRows ?? 0 };
  } finally {
    await open.close();
  }
}
