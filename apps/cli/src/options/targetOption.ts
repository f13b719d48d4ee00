import { Option } from 'commander';

/** The columns of the target: `--target digit`, or `--target width --target height`. */
export function targetOption(description: string): Option {
  return new Option('--target <column>', description)
    .argParser((column: string, before?: readonly string[]) => [...(before ?? []), column])
    .makeOptionMandatory();
}
