import { Command } from 'commander';
import type { Host } from '../host.js';
import type { LookOptions } from '../look/lookAtTable.js';
import { withBadRowOptions } from '../options/badRowOptions.js';
import { numbersOption, targetOption } from '../options/columnOption.js';
import { separateData, withDataArgument } from '../options/dataArgument.js';

/** `fluxion look`: the columns of a table, and how `train` would encode them. */
export function look(host: Host): Command {
  const command = withDataArgument(new Command('look'), 'files, folders, patterns, or - for standard input')
    .summary('show the columns of a table')
    .description(
      'Show the columns of a table: what they hold, how many gaps they have, their ranges, and the encoding that train would choose.',
    )
    .addOption(targetOption('columns to predict, which are no inputs'))
    .addOption(numbersOption());
  return withBadRowOptions(command)
    .option('--json', 'print a JSON object')
    .addHelpText(
      'after',
      `
Examples:
  fluxion look people.csv
  fluxion look 'part-*.csv' --target income`,
    )
    .action((words: readonly string[], given: LookOptions) => {
      const { data, options } = separateData(words, given);
      return host.interruptible(async (signal) => {
        const { lookAtTable } = await import('../look/lookAtTable.js');
        await lookAtTable(data, options, host, signal);
      });
    });
}
