import { DataError } from '@fluxion/tensor';
import { findFiles, STANDARD_INPUT } from './findFiles.js';
import { openByName } from './openByName.js';
import { openFiles } from './openFiles.js';
import type { Source } from './source.js';
import { standardInput } from './standardInput.js';

/**
 * Several files as one source: the rows of the first, then those of the next, and so on.
 *
 * @param paths paths, folders, patterns such as `part-*.csv`, or `-` for standard input; the files of a folder or a pattern
 * come in natural order, 2 before 10
 * @param open makes a source of each path
 * @throws {DataError} by `open`, when there is no such file, one cannot be read, or their columns differ.
 * @example
 * files('data/part-*.csv');
 * files(['a.csv', 'b.csv'], (path) => csvFile(path, { columns: { zip: 'word' } }));
 */
export function files(
  paths: string | readonly string[],
  open: (path: string) => Source = openByName,
): Source {
  const patterns = typeof paths === 'string' ? [paths] : paths;
  /** What a look at a file has found stays with its source, so that it is not looked at again. */
  const known = new Map<string, Source>();
  const sourceOf = (path: string): Source => {
    const source = known.get(path) ?? (path === STANDARD_INPUT ? standardInput(open) : open(path));
    known.set(path, source);
    return source;
  };
  return {
    name: patterns.join(' '),
    open: async (signal) => {
      const found = await findFiles(patterns);
      const [first, ...others] = found.map(sourceOf);
      if (first === undefined) throw new DataError('expected a file, got none; name one');
      return others.length === 0 ? first.open(signal) : openFiles([first, ...others], signal);
    },
  };
}
