import { Command } from 'commander';
import type { Host } from '../host.js';
import { inputOption } from '../options/inputOption.js';
import { lossOption } from '../options/lossOption.js';
import { targetOption } from '../options/targetOption.js';

/** What the command line says. */
export interface EvaluateOptions {
  readonly model: string;
  readonly target: readonly string[];
  readonly input?: readonly string[];
  readonly loss?: string;
  readonly json?: boolean;
}

/** `fluxion evaluate`: the loss and the accuracy of a saved model on a file. */
export function evaluate(host: Host): Command {
  return new Command('evaluate')
    .summary('measure a saved model on an Arrow file')
    .description(
      'Measure a saved model on an Arrow IPC file: its mean loss, and its accuracy if it tells classes apart.',
    )
    .argument('<data>', 'Arrow IPC file of examples')
    .requiredOption('--model <folder>', 'saved model')
    .addOption(targetOption('columns that hold the truth'))
    .addOption(inputOption('those of the model, or that fit it'))
    .addOption(lossOption("loss (default: the saved model's, or by the type of the target)"))
    .option('--json', 'print the figures as a JSON object')
    .addHelpText(
      'after',
      `
Example:
  fluxion evaluate test.arrow --model model --target digit`,
    )
    .action((data: string, options: EvaluateOptions) =>
      host.interruptible(async (signal) => {
        const { evaluateOn } = await import('../measuring/evaluateOn.js');
        await evaluateOn(data, options, host, signal);
      }),
    );
}
