import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { glob, isDynamicPattern } from 'tinyglobby';

/** What stands for standard input. */
export const STANDARD_INPUT = '-';

/** 2 before 10. */
const natural = new Intl.Collator('en', { numeric: true });

/**
 * The files that paths, folders and patterns name: the patterns in the order given, of each its files in natural order.
 * A path that exists is taken as it stands, as is `-`. Of a folder come the files whose names say that they are tables and those without an
 * extension; files and folders whose names start with `.` or `_` are left out.
 *
 * @throws {DataError} when one of them names no file.
 */
export async function findFiles(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    const paths = await filesOf(pattern);
    if (paths.length === 0) {
      throw new DataError(
        'expected a file, a folder with files, or a pattern that files match, got none; check the path',
        {
          file: pattern,
        },
      );
    }
    for (const path of paths) found.push(path);
  }
  return found;
}

async function filesOf(pattern: string): Promise<string[]> {
  if (pattern === STANDARD_INPUT) return [pattern];
  const stats = await stat(pattern).catch(() => undefined);
  if (stats?.isDirectory() === true) return inOrder(tablesOf(pattern, await filesIn(pattern)));
  if (stats !== undefined) return [pattern];
  if (!isDynamicPattern(pattern)) return [];
  return inOrder(await glob(pattern, { expandDirectories: false, onlyFiles: true }));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.') && !name.startsWith('_'));
  const files = await Promise.all(
    visible.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    }),
  );
  return files.flat();
}

/** Names of tables. */
const TABLE = /\.(arrow|arrows|feather|csv|tsv|jsonl|ndjson|parquet)(\.(gz|zst|zstd))?$/i;

/** @throws {DataError} when there are none. */
function tablesOf(folder: string, all: readonly string[]): string[] {
  const found = all.filter((path) => TABLE.test(path) || extname(path) === '');
  if (found.length > 0) return found;
  const got =
    all.length === 0
      ? 'an empty folder'
      : `${all.length === 1 ? 'one file' : `${all.length} files`} of other kinds, as ${all[0]}`;
  throw new DataError(
    `expected a folder with files that end in .csv, .jsonl, .arrow or the like, got ${got}; check the path, or name the files by a pattern, as '*.txt'`,
    { file: folder },
  );
}

function inOrder(paths: string[]): string[] {
  return paths.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
}
