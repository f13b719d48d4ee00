import { arrowFile } from '@fluxion/data';
import { formatCount } from '@fluxion/terminal';
import { Command } from 'commander';
import { formatFigures } from '../figures.js';
import { interruptible } from '../interruption.js';
import { jsonLine } from '../jsonLine.js';
import { measure } from '../measure.js';
import { openSavedModel } from '../model/openModel.js';
import { targetOption } from '../options/targetOption.js';

interface EvaluateOptions {
  readonly model: string;
  readonly target: readonly string[];
  readonly json?: boolean;
}

/** `fluxion evaluate`: the loss and the accuracy of a saved model on a file. */
export function evaluate(): Command {
  return new Command('evaluate')
    .summary('measure a saved model on an Arrow file')
    .description(
      'Measure a saved model on an Arrow IPC file: its mean loss, and its accuracy if it tells classes apart.',
    )
    .argument('<data>', 'Arrow IPC file of examples')
    .requiredOption('--model <folder>', 'saved model')
    .addOption(targetOption('column that holds the truth; again for each of several'))
    .option('--json', 'print the figures as a JSON object')
    .addHelpText(
      'after',
      `
Example:
  fluxion evaluate test.arrow --model model --target digit`,
    )
    .action((data: string, options: EvaluateOptions) =>
      interruptible(async (signal) => {
        const { model, about } = await openSavedModel(options.model);
        const target = { ...about.target, columns: options.target };
        const { examples, ...figures } = await measure(model, { ...about, target }, arrowFile(data), signal);
        if (signal.aborted) return;
        process.stdout.write(
          options.json
            ? jsonLine({ event: 'evaluation', examples, ...figures })
            : `${formatCount(examples)} examples, ${formatFigures(figures)}\n`,
        );
      }),
    );
}
