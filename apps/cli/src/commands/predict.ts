import { Command } from 'commander';
import type { Host } from '../host.js';
import { withBadRowOptions } from '../options/badRowOptions.js';
import { inputOption } from '../options/columnOption.js';
import { separateData, withDataArgument } from '../options/dataArgument.js';
import { lossOption } from '../options/networkOptions.js';
import type { PredictOptions } from '../predictions/predictFile.js';

/** `fluxion predict`: what a saved model says of each example of a file. */
export function predict(host: Host): Command {
  const command = withDataArgument(
    new Command('predict'),
    'files, folders, patterns, or - for standard input: CSV, JSON lines, Arrow or Parquet',
  )
    .summary('predict with a saved model')
    .description('Predict each row of a table with a saved model, in the order of the rows.')
    .requiredOption('--model <folder>', 'saved model')
    .requiredOption('--out <file>', 'file to write, .arrow or .csv, whole or not at all; - prints CSV')
    .addOption(inputOption('those of the model, or that fit it'))
    .addOption(lossOption('loss that it was trained with (default: as saved)'));
  return withBadRowOptions(command)
    .option('--json', 'print a JSON object at the end')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Examples:
  fluxion predict tomorrow.csv --model runs/income --out predictions.csv
  fluxion predict tomorrow.csv --model runs/income --out - | head
  fluxion predict new.arrow --model model --out predictions.arrow

What is written:
  label        by a model that tells classes apart: the name of the likeliest,
               or its number where classes have no names; by one that tells yes
               from no: 1 or 0
  probability  of 1, by a model that tells yes from no; of several classes, in
               .arrow a list, probabilities, and in .csv a column for each,
               probability_NAME
  prediction   by a model of numbers; prediction_COLUMN for each of several
  line, row    where rows may be left out, that of each in its file: the line
               from 1 or else the row from 0; of several files the name too`,
    )
    .action((words: readonly string[], given: PredictOptions) => {
      const { data, options } = separateData(words, given);
      return host.interruptible(
        async (signal) => {
          const { predictFile } = await import('../predictions/predictFile.js');
          await predictFile(data, options, host, signal);
        },
        options.out === '-' ? undefined : options.out,
      );
    });
}
