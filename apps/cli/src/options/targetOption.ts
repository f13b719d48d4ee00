import { Option } from 'commander';

/** The columns of the target: `--target digit`, or `--target width height`. */
export function targetOption(description: string): Option {
  return new Option('--target <column...>', description).makeOptionMandatory();
}
