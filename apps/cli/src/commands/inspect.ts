import { Command } from 'commander';
import type { Host } from '../host.js';
import type { InspectOptions } from '../inspection/inspectModel.js';

/** `fluxion inspect`: the boxes of a model. */
export function inspect(host: Host): Command {
  return new Command('inspect')
    .summary('show the boxes of a model')
    .description(
      'Show the boxes of a model in the order of fprop, with the shape of one example and the number of parameters.',
    )
    .requiredOption('--model <path>', 'saved model or graph description')
    .option('--json', 'print a JSON object for each box, and a summary')
    .addHelpText(
      'after',
      `
Example:
  fluxion inspect --model model`,
    )
    .action(async (options: InspectOptions) => {
      const { inspectModel } = await import('../inspection/inspectModel.js');
      await inspectModel(options, host);
    });
}
