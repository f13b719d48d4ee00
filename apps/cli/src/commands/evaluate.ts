import { Command } from 'commander';
import type { Host } from '../host.js';
import type { EvaluateOptions } from '../measuring/evaluateFile.js';
import { withBadRowOptions } from '../options/badRowOptions.js';
import { inputOption, targetOption } from '../options/columnOption.js';
import { separateData, withDataArgument } from '../options/dataArgument.js';
import { lossOption } from '../options/networkOptions.js';

/** `fluxion evaluate`: the loss and the accuracy of a saved model on a file. */
export function evaluate(host: Host): Command {
  const command = withDataArgument(
    new Command('evaluate'),
    'files, folders, patterns, or - for standard input: CSV, JSON lines, Arrow or Parquet',
  )
    .summary('measure a saved model on a table')
    .description(
      'Measure a saved model on a table: its mean loss, and what is usual of classes (accuracy, balanced accuracy, F1, ROC area) or numbers (RMSE, MAE, R²).',
    )
    .requiredOption('--model <folder>', 'saved model')
    .addOption(targetOption('columns that hold the truth (default: those of the model)'))
    .addOption(inputOption('those of the model, or that fit it'))
    .addOption(lossOption("loss (default: the saved model's, or by the type of the target)"));
  return withBadRowOptions(command)
    .option('--json', 'print the figures as a JSON object')
    .addHelpText(
      'after',
      `
Example:
  fluxion evaluate test.csv --model runs/income`,
    )
    .action((words: readonly string[], given: EvaluateOptions) => {
      const { data, options } = separateData(words, given);
      return host.interruptible(async (signal) => {
        const { evaluateFile } = await import('../measuring/evaluateFile.js');
        await evaluateFile(data, options, host, signal);
      });
    });
}
