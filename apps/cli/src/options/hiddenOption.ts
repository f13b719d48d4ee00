import { Option } from 'commander';
import { parseNumber, positiveInteger } from './numberOption.js';

/**
 * The units of each hidden layer: `--hidden 500,100`, or `--hidden none`.
 *
 * @param usual what the help calls the default
 */
export function hiddenOption(usual: string): Option {
  const flags = '--hidden <units>';
  return new Option(
    flags,
    `units of each hidden layer, with commas between; none for no such layer (default: ${usual})`,
  ).argParser((text) =>
    text === 'none' ? [] : text.split(',').map((units) => parseNumber(units, flags, positiveInteger)),
  );
}
