import { files as filesBy, type Source } from '@fluxion/data';
import { openByName } from './openByName.js';

/**
 * Several files as one source, in any format that Fluxion reads: the rows of the first, then those of the next, and so on.
 *
 * @param paths paths, folders, patterns such as `part-*.parquet`, or `-` for standard input; the files of a folder or a pattern
 * come in natural order, 2 before 10; standard input and named pipes are first copied to a temporary file
 * @param open makes a source of each path. Default: `openByName`
 * @throws {DataError} by `open`, when there is no such file, one cannot be read, or their columns differ.
 * @example
 * files('data/part-*.parquet');
 * files(['a.csv', 'b.csv'], (path) => csvFile(path, { columns: { zip: 'word' } }));
 */
export function files(
  paths: string | readonly string[],
  open: (path: string) => Source = (path) => openByName(path),
): Source {
  return filesBy(paths, open);
}
