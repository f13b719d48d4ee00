import { Command } from 'commander';
import type { ConvertOptions } from '../convert/convertTable.js';
import type { Host } from '../host.js';
import { withBadRowOptions } from '../options/badRowOptions.js';
import { UsageError } from '../usageError.js';

/** `fluxion convert`: a table in another format. */
export function convert(host: Host): Command {
  const command = new Command('convert')
    .summary('write a table in another format')
    .description('Write a table, or several as one, to a file of Arrow IPC, Parquet, CSV, TSV or JSON lines.')
    .argument(
      '<paths...>',
      'files, folders, patterns or - to read, then the file to write: .arrow, .parquet, .csv, .tsv or .jsonl, the last three also with .gz',
    )
    .usage('[options] <in...> <out>');
  return withBadRowOptions(command)
    .option(
      '--escape-formulas',
      'begin text of a CSV that a spreadsheet would compute with an apostrophe; by default it is written as it is',
    )
    .option('--json', 'print a JSON object at the end')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Examples:
  fluxion convert people.csv people.arrow
  fluxion convert people.csv people.parquet
  fluxion convert people.parquet people.jsonl.gz
  fluxion convert 'part-*.jsonl' whole.csv`,
    )
    .action((paths: readonly string[], options: ConvertOptions) => {
      const [out, data] = [paths.at(-1) as string, paths.slice(0, -1)];
      if (data.length === 0) {
        throw new UsageError(`expected what to read and what to write, got ${out} alone`);
      }
      return host.interruptible(async (signal) => {
        const { convertTable } = await import('../convert/convertTable.js');
        await convertTable(data, out, options, host, signal);
      }, out);
    });
}
