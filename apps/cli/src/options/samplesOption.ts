import { Option } from 'commander';
import { parseNumber, positiveInteger } from './numberOption.js';

/** How many elements of each parameter are checked: `--samples 50`, or `--samples all`. */
export function samplesOption(): Option {
  const flags = '--samples <count>';
  return new Option(
    flags,
    'elements to check of each parameter, or all (default: all, or as many as take seconds)',
  ).argParser((text) =>
    text === 'all' ? Number.POSITIVE_INFINITY : parseNumber(text, flags, positiveInteger),
  );
}
