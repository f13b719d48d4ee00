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
import { UsageError } from '../usageError.js';
import { pictureFolder, withPictures } from './pictures.js';
import { unchangedFiles } from './unchangedFiles.js';

/** How rows are read. */
export interface SourceOptions extends BadRows, NoticeOption {
  /** Columns of CSV that are of numbers, whatever a cell holds. */
  readonly numbers?: readonly string[] | undefined;
  /** Pixels of a side that pictures are brought to. Without it they stay paths. */
  readonly pictureWidth?: number | undefined;
}

/**
 * The rows that the command line names: files by extension or content, folders, patterns, `-` for standard input, a folder of pictures. The one
 * place where a path becomes a source.
 */
export function openSource(paths: readonly string[], options: SourceOptions = {}): Source {
  const { onBadRow, maxBadShare, notice, numbers = [], pictureWidth } = options;
  const text = { onBadRow, maxBadShare, notice };
  const typed =
    (open: (path: string) => Source) =>
    (path: string): Source => {
      if (numbers.length === 0) return open(path);
      throw new UsageError(`--numbers: expected CSV, got ${path}, whose columns have a type; leave it out`);
    };
  const arrow = typed((path) => arrowFile(path, { notice }));
  const columns = Object.fromEntries(numbers.map((column) => [column, 'number'] as const));
  const csv = (path: string): Source => csvFile(path, { ...text, columns });
  const jsonl = typed((path) => jsonLinesFile(path, text));
  const formats = { parquet: typed(parquetFile), arrow, feather: arrow, csv, tsv: csv, jsonl, ndjson: jsonl };
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
