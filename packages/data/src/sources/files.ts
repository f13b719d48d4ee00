import { stat } from 'node:fs/promises';
import { DataError, OptionError } from '@fluxion/tensor';
import { copiedInput } from './copiedInput.js';
import { findFiles, STANDARD_INPUT } from './findFiles.js';
import { openByName } from './openByName.js';
import { openFiles } from './openFiles.js';
import { readPipe } from './readPipe.js';
import type { Source } from './source.js';

/**
 * Several files as one source: the rows of the first, then those of the next, and so on.
 *
 * @param paths paths, folders, patterns such as `part-*.csv`, or `-` for standard input; the files of a folder or a pattern
 * come in natural order, 2 before 10; standard input and named pipes are first copied to a temporary file
 * @param open makes a source of each path
 * @throws {OptionError} when the paths are no texts; {DataError} by `open`, when there is no such file, one cannot be read, or their columns differ.
 * @example
 * files('data/part-*.csv');
 * files(['a.csv', 'b.csv'], (path) => csvFile(path, { columns: { zip: 'word' } }));
 */
export function files(
  paths: string | readonly string[],
  open: (path: string) => Source = openByName,
): Source {
  if (
    typeof paths !== 'string' &&
    !(Array.isArray(paths) && paths.every((path) => typeof path === 'string'))
  ) {
    throw new OptionError(
      "files paths: expected a path or a list of paths, got others; give some, as 'part-*.csv'",
    );
  }
  const patterns = typeof paths === 'string' ? [paths] : paths;
  /** What a look at a file has found stays with its source, so that it is not looked at again. */
  const known = new Map<string, Source>();
  const sourceOf = async (path: string): Promise<Source> => {
    const source = known.get(path) ?? (await newSource(path, open));
    known.set(path, source);
    return source;
  };
  return {
    name: patterns.join(' '),
    files: () => findFiles(patterns),
    open: async (signal) => {
      const found = await findFiles(patterns);
      const [first, ...others] = await Promise.all(found.map(sourceOf));
      if (first === undefined) throw new DataError('expected a file, got none; name one');
      return others.length === 0 ? first.open(signal) : openFiles([first, ...others], signal);
    },
  };
}

async function newSource(path: string, open: (path: string) => Source): Promise<Source> {
  if (path === STANDARD_INPUT) return copiedInput('standard input', () => process.stdin, open);
  const isPipe = (await stat(path)).isFIFO();
  return isPipe ? copiedInput(path, () => readPipe(path), open) : open(path);
}
