import { Option } from 'commander';

/**
 * The columns of the inputs: `--input width height`, or `--input age=years` for one of several inputs.
 *
 * @param usual what the help calls the default
 */
export function inputOption(usual: string): Option {
  return new Option('--input <column...>', `columns to predict from (default: ${usual})`);
}
