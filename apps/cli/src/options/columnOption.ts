import { Option } from 'commander';
import { UsageError } from '../usageError.js';

/** The columns of the target: `--target digit`, or `--target width height`. */
export function targetOption(description: string): Option {
  return columnsOption('--target', description);
}

/**
 * The columns of the inputs: `--input width height`, or `--input age=years` for one of several inputs.
 *
 * @param usual what the help calls the default
 */
export function inputOption(usual: string): Option {
  return columnsOption('--input', `columns to predict from (default: ${usual})`);
}

/** The columns whose cells are numbers: `--numbers age hours`. */
export function numbersOption(): Option {
  return columnsOption(
    '--numbers',
    'columns of CSV that are of numbers: a row with another cell there is a bad row (default: by their cells)',
  );
}

/** An option that names columns, each once; it may be given several times. */
function columnsOption(name: string, description: string): Option {
  return new Option(`${name} <column...>`, description).argParser(
    (column: string, before: readonly string[] | undefined) => {
      if (before?.includes(column)) {
        throw new UsageError(`${name}: expected each column once, got ${column} twice`);
      }
      return [...(before ?? []), column];
    },
  );
}
