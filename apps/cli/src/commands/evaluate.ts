import { Command } from 'commander';
import type { Host } from '../host.js';
import type { EvaluateOptions } from '../measuring/evaluateFile.js';
import { inputOption, targetOption } from '../options/columnOption.js';
import { separateData, withDataArgument } from '../options/dataArgument.js';
import { lossOption } from '../options/networkOptions.js';

/** `fluxion evaluate`: the loss and the accuracy of a saved model on a file. */
export function evaluate(host: Host): Command {
  return withDataArgument(new Command('evaluate'), 'Arrow IPC file of examples')
    .summary('measure a saved model on an Arrow file')
    .description(
      'Measure a saved model on an Arrow IPC file: its mean loss, and its accuracy if it tells classes apart.',
    )
    .requiredOption('--model <folder>', 'saved model')
    .addOption(targetOption('columns that hold the truth (default: those of the model)'))
    .addOption(inputOption('those of the model, or that fit it'))
    .addOption(lossOption("loss (default: the saved model's, or by the type of the target)"))
    .option('--json', 'print the figures as a JSON object')
    .addHelpText(
      'after',
      `
Example:
  fluxion evaluate test.arrow --model model`,
    )
    .action((words: readonly string[], given: EvaluateOptions) => {
      const { data, options } = separateData(words, given);
      return host.interruptible(async (signal) => {
        const { evaluateFile } = await import('../measuring/evaluateFile.js');
        await evaluateFile(data, options, host, signal);
      });
    });
}
