import { existsSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { UsageError } from '../usageError.js';

/** Options that take all words up to the next option, and so may take the data that follow them. */
interface ColumnLists {
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly numbers?: readonly string[];
}

const DATA = /(^-$|[*?]|[.](arrow|arrows|feather|ipc|csv|tsv|jsonl|ndjson|parquet)([.](gz|zst))?$)/i;

/** Adds the data to a command. Commander is told that they may be missing, since an option may have taken them. */
export function withDataArgument(command: Command, description: string): Command {
  return command.addArgument(new Argument('[data...]', description)).usage('[options] <data...>');
}

/**
 * Data and options as they are meant: in `--target income people.csv` the file is no column.
 *
 * @throws {UsageError} when there are no data.
 */
export function separateData<Options extends ColumnLists>(
  data: readonly string[],
  options: Options,
): { readonly data: readonly string[]; readonly options: Options } {
  if (data.length > 0) return { data, options };
  const lists = (['target', 'input', 'numbers'] as const).filter((name) => options[name] !== undefined);
  for (const name of lists) {
    const words = options[name] ?? [];
    const columns = words.length - trailing(words, (word) => DATA.test(word) || existsSync(word));
    if (columns > 0 && columns < words.length) {
      return { data: words.slice(columns), options: { ...options, [name]: words.slice(0, columns) } };
    }
  }
  const greedy = lists.map((name) => `--${name}`).reverse();
  throw new UsageError(
    `missing required argument 'data'${greedy.length > 0 ? `, or ${greedy.join(' or ')} took it for a column: give it first` : ''}`,
  );
}

/** How many words at the end are so. */
function trailing(words: readonly string[], is: (word: string) => boolean): number {
  return words.length - 1 - words.findLastIndex((word) => !is(word));
}
